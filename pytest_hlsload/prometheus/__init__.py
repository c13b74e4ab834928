"""What Prometheus scrapes while loads run"""
