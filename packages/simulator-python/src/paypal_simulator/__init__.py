"""PayPal's REST APIs on this machine, for tests."""

from .paypal import ControlError, PayPal, StartError, Triggered, start_paypal

__all__ = ["ControlError", "PayPal", "StartError", "Triggered", "start_paypal"]
