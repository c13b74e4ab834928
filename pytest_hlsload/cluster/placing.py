"""How many clients go to which host"""

from collections.abc import Sequence

# A host that is wholly busy is not left without a client where the others are not idle either.
_LEAST_WEIGHT = 0.05


def place(clients: int, weights: Sequence[float], capacities: Sequence[int]) -> list[int]:
    """
    Shares of so many clients, in the order of the hosts: by weight (Sainte-Laguë), no more than there is room for.

    Args:
        clients: how many in all.
        weights: of the hosts; equal ones for an even spread.
        capacities: how many each has room for.

    Raises:
        ValueError: where there is not room for all; the message ends the sentence "N clients ...".
    """
    if clients > sum(capacities):
        raise ValueError(f"are more than the hosts have room for, which is {sum(capacities)}")
    shares = [0] * len(weights)
    for _ in range(clients):
        has_room = (place for place, share in enumerate(shares) if share < capacities[place])
        poorest = min(has_room, key=lambda place: ((shares[place] + 0.5) / max(weights[place], _LEAST_WEIGHT), place))
        shares[poorest] += 1
    return shares
