"""Saved payment methods (Payment Method Tokens v3)."""

from typing import Any

from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.models.card_attributes import CardAttributes
from paypalserversdk.models.card_request import CardRequest
from paypalserversdk.models.payment_source import PaymentSource
from paypalserversdk.models.payment_token_request import PaymentTokenRequest
from paypalserversdk.models.payment_token_request_payment_source import PaymentTokenRequestPaymentSource
from paypalserversdk.models.paypal_payment_token_usage_type import PaypalPaymentTokenUsageType
from paypalserversdk.models.paypal_wallet import PaypalWallet
from paypalserversdk.models.paypal_wallet_attributes import PaypalWalletAttributes
from paypalserversdk.models.paypal_wallet_vault_instruction import PaypalWalletVaultInstruction
from paypalserversdk.models.setup_token_request import SetupTokenRequest
from paypalserversdk.models.setup_token_request_card import SetupTokenRequestCard
from paypalserversdk.models.setup_token_request_payment_source import SetupTokenRequestPaymentSource
from paypalserversdk.models.store_in_vault_instruction import StoreInVaultInstruction
from paypalserversdk.models.vault_experience_context import VaultExperienceContext
from paypalserversdk.models.vault_instruction_base import VaultInstructionBase
from paypalserversdk.models.vault_paypal_wallet_request import VaultPaypalWalletRequest
from paypalserversdk.models.vault_token_request import VaultTokenRequest
from paypalserversdk.models.vault_token_request_type import VaultTokenRequestType

from orders import capture_of, order_of, relations
from recorder import Recorder, answered, refused
from world import PayPal, control, dollars, key

CARD = {"name": "Alex Example", "number": "4111111111111111", "expiry": "2035-12", "security_code": "123"}
ON_SUCCESS = StoreInVaultInstruction.ON_SUCCESS


def setup_of(**source: Any) -> dict[str, Any]:
    """Return the arguments for a setup token."""
    body = SetupTokenRequest(payment_source=SetupTokenRequestPaymentSource(**source))
    return {"body": body, "paypal_request_id": key()}


def saved_from(setup: str) -> dict[str, Any]:
    """Return the arguments for the payment token of a setup token."""
    token = VaultTokenRequest(id=setup, mtype=VaultTokenRequestType.SETUP_TOKEN)
    body = PaymentTokenRequest(payment_source=PaymentTokenRequestPaymentSource(token=token))
    return {"body": body, "paypal_request_id": key()}


def vault(recorder: Recorder) -> None:
    """Run the cases."""
    paypal = PayPal(recorder)
    cards(recorder, paypal)
    wallets(recorder, paypal)
    saving(recorder, paypal)
    refusals(recorder, paypal.vault)


def cards(recorder: Recorder, paypal: PayPal) -> None:
    """Save a card."""
    vault, orders = paypal.vault, paypal.orders
    with recorder.case("a card is saved by a setup token, pays an order, is listed and deleted"):
        setup = answered(201, vault.create_setup_token(setup_of(card=SetupTokenRequestCard(**CARD))))
        assert setup.status == "APPROVED"
        assert setup.payment_source.card.last_digits == "1111"
        assert answered(200, vault.get_setup_token(setup.id)).customer.id == setup.customer.id

        call = saved_from(setup.id)
        saved = answered(201, vault.create_payment_token(call))
        assert answered(200, vault.create_payment_token(call)).id == saved.id
        assert answered(200, vault.get_payment_token(saved.id)).payment_source.card.last_digits == "1111"
        listing = {"customer_id": saved.customer.id, "total_required": True}
        found = answered(200, vault.list_customer_payment_tokens(listing))
        assert [it.id for it in found.payment_tokens] == [saved.id]
        assert found.total_items == 1

        body = order_of("8.00", payment_source=PaymentSource(card=CardRequest(vault_id=saved.id)))
        order = answered(201, orders.create_order({"body": body, "paypal_request_id": key()}))
        assert order.status == "COMPLETED"
        assert dollars(capture_of(order).amount) == "8.00"

        answered(204, vault.delete_payment_token(saved.id))
        refused(ErrorException, "404 INVALID_RESOURCE_ID", lambda: vault.get_payment_token(saved.id))
        after = answered(200, vault.list_customer_payment_tokens({"customer_id": saved.customer.id}))
        assert not getattr(after, "payment_tokens", [])
        late = {"body": body, "paypal_request_id": key()}
        refused(ErrorException, "422 INVALID_VAULT_ID", lambda: orders.create_order(late))


def wallets(recorder: Recorder, paypal: PayPal) -> None:
    """Save a PayPal wallet."""
    vault, orders = paypal.vault, paypal.orders
    with recorder.case("a wallet is saved when its payer has approved"):
        context = VaultExperienceContext(return_url="https://example.com/back", cancel_url="https://example.com/stop")
        wallet = VaultPaypalWalletRequest(description="Deliveries", experience_context=context)
        setup = answered(201, vault.create_setup_token(setup_of(paypal=wallet)))
        assert setup.status == "PAYER_ACTION_REQUIRED"
        assert "approve" in relations(setup)
        early = saved_from(setup.id)
        refused(ErrorException, "422 PAYER_ACTION_REQUIRED", lambda: vault.create_payment_token(early))
        control(f"setup-tokens/{setup.id}/approve")
        assert answered(200, vault.get_setup_token(setup.id)).status == "APPROVED"
        saved = answered(201, vault.create_payment_token(saved_from(setup.id)))
        body = order_of("9.00", payment_source=PaymentSource(paypal=PaypalWallet(vault_id=saved.id)))
        order = answered(201, orders.create_order({"body": body, "paypal_request_id": key()}))
        assert order.status == "COMPLETED"


def saving(recorder: Recorder, paypal: PayPal) -> None:
    """Save a card and a wallet with a payment."""
    vault, orders = paypal.vault, paypal.orders
    with recorder.case("a card and a wallet are saved while they pay, and pay again"):
        attributes = CardAttributes(vault=VaultInstructionBase(store_in_vault=ON_SUCCESS))
        card = PaymentSource(card=CardRequest(**CARD, attributes=attributes))
        call = {"body": order_of("4.00", payment_source=card), "paypal_request_id": key()}
        saved = answered(201, orders.create_order(call)).payment_source.card.attributes.vault
        assert saved.status == "VAULTED"
        assert answered(200, vault.get_payment_token(saved.id)).customer.id == saved.customer.id

        merchant = PaypalPaymentTokenUsageType.MERCHANT
        attributes = PaypalWalletAttributes(vault=PaypalWalletVaultInstruction(store_in_vault=ON_SUCCESS, usage_type=merchant))
        wallet = PaymentSource(paypal=PaypalWallet(attributes=attributes))
        call = {"body": order_of("5.00", payment_source=wallet), "paypal_request_id": key()}
        order = {"id": answered(201, orders.create_order(call)).id}
        control(f"orders/{order['id']}/approve")
        vault_id = answered(201, orders.capture_order(order)).payment_source.paypal.attributes.vault.id
        again = order_of("6.00", payment_source=PaymentSource(paypal=PaypalWallet(vault_id=vault_id)))
        paid = answered(201, orders.create_order({"body": again, "paypal_request_id": key()}))
        assert dollars(capture_of(paid).amount) == "6.00"


def refusals(recorder: Recorder, vault: Any) -> None:
    """Ask for what there is not."""
    with recorder.case("what PayPal does not know is refused"):
        issue = "404 INVALID_RESOURCE_ID"
        refused(ErrorException, issue, lambda: vault.get_setup_token("5C991763VB2781612"))
        refused(ErrorException, issue, lambda: vault.get_payment_token("8kk8451t"))
        unknown = saved_from("5C991763VB2781612")
        refused(ErrorException, issue, lambda: vault.create_payment_token(unknown))
        issue = "400 EXACTLY_ONE_FIELD_REQUIRED"
        refused(ErrorException, issue, lambda: vault.create_setup_token(setup_of()))
        issue = "400 INVALID_INTEGER_MAX_VALUE"
        long = {"customer_id": "customer_1", "page_size": 6}
        refused(ErrorException, issue, lambda: vault.list_customer_payment_tokens(long))
