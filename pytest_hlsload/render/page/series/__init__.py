"""What the page shows of a load: series out of its report, no longer than a screen can show"""
