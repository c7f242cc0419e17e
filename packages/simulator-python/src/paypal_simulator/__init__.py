"""PayPal's REST APIs on this machine, for tests."""

from .paypal import Advanced, ControlError, PayPal, StartError, Triggered, start_paypal

__all__ = ["Advanced", "ControlError", "PayPal", "StartError", "Triggered", "start_paypal"]
