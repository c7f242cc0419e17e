//! What may be done with a dispute: its links, and the options of the merchant's answers.

use serde_json::{Value, json};

use crate::{
    base::clock::Moment,
    world::dispute::{Dispute, Stage, State},
};

/// What a party, or PayPal in the sandbox, does with a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    SendMessage,
    MakeOffer,
    AcceptOffer,
    DenyOffer,
    Escalate,
    AcceptClaim,
    ProvideEvidence,
    ProvideSupportingInfo,
    AcknowledgeReturnItem,
    Appeal,
    RequireEvidence,
    Adjudicate,
    /// The merchant changes the contact details.
    Update,
    /// The buyer's evidence, return of the item, and withdrawal.
    ProvideBuyerEvidence,
    ReturnItem,
    Cancel,
}

/// Those that a dispute links to, in the order of its links.
pub(crate) const ALL: [Action; 12] = [
    Action::SendMessage,
    Action::MakeOffer,
    Action::AcceptOffer,
    Action::DenyOffer,
    Action::Escalate,
    Action::AcceptClaim,
    Action::ProvideEvidence,
    Action::ProvideSupportingInfo,
    Action::AcknowledgeReturnItem,
    Action::Appeal,
    Action::RequireEvidence,
    Action::Adjudicate,
];

pub(crate) const NOT_RECEIVED: &str = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED";
pub(crate) const NOT_AS_DESCRIBED: &str = "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED";

/// How the merchant can say that an item came back.
pub(crate) const ACKNOWLEDGEMENTS: [&str; 5] =
    ["ITEM_RECEIVED", "ITEM_NOT_RECEIVED", "DAMAGED", "EMPTY_PACKAGE_OR_DIFFERENT", "MISSING_ITEMS"];

impl Action {
    /// Returns the name of its link, and the last segment of its path.
    pub(crate) fn link(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::SendMessage => ("send_message", "send-message"),
            Self::MakeOffer => ("make_offer", "make-offer"),
            Self::AcceptOffer => ("accept_offer", "accept-offer"),
            Self::DenyOffer => ("deny_offer", "deny-offer"),
            Self::Escalate => ("escalate", "escalate"),
            Self::AcceptClaim => ("accept_claim", "accept-claim"),
            Self::ProvideEvidence => ("provide_evidence", "provide-evidence"),
            Self::ProvideSupportingInfo => ("provide_supporting_info", "provide-supporting-info"),
            Self::AcknowledgeReturnItem => ("acknowledge_return_item", "acknowledge-return-item"),
            Self::Appeal => ("appeal", "appeal"),
            Self::RequireEvidence => ("require_evidence", "require-evidence"),
            Self::Adjudicate => ("adjudicate", "adjudicate"),
            Self::Update | Self::ProvideBuyerEvidence | Self::ReturnItem | Self::Cancel => return None,
        })
    }
}

impl Dispute {
    /// Whether an action is allowed now. The links that PayPal's sandbox was seen to give in each state are these; in the
    /// states in which nobody has published them, they are what the API reference says of each action.
    pub(crate) fn allows(&self, action: Action, now: Moment) -> bool {
        let (is_inquiry, state) = (self.stage == Stage::Inquiry, self.state);
        match action {
            Action::SendMessage | Action::Escalate => is_inquiry && self.is_open(),
            Action::MakeOffer => is_inquiry && matches!(state, State::Open | State::OfferDenied),
            Action::AcceptOffer | Action::DenyOffer => state == State::OfferMade,
            Action::AcceptClaim => {
                matches!(
                    state,
                    State::Open
                        | State::OfferDenied
                        | State::SellerEvidence
                        | State::BuyerEvidence
                        | State::UnderReview
                ) && !self.is_settled()
            }
            Action::ProvideEvidence => state == State::SellerEvidence,
            Action::ProvideBuyerEvidence => state == State::BuyerEvidence,
            Action::ProvideSupportingInfo => !is_inquiry && state == State::UnderReview,
            Action::AcknowledgeReturnItem => state == State::Returned,
            Action::Appeal => {
                state == State::Resolved
                    && self.stage < Stage::Arbitration
                    && self.appealable.is_some_and(|until| now < until)
            }
            Action::RequireEvidence | Action::Adjudicate => state == State::UnderReview,
            Action::ReturnItem => state == State::AwaitingReturn,
            Action::Update => self.is_open(),
            Action::Cancel => self.is_open() && !self.is_settled(),
        }
    }

    /// The state as the merchant sees it.
    pub(crate) fn state(&self, now: Moment) -> &'static str {
        match self.status() {
            "OPEN" => "OPEN_INQUIRIES",
            "WAITING_FOR_BUYER_RESPONSE" => "REQUIRED_OTHER_PARTY_ACTION",
            "WAITING_FOR_SELLER_RESPONSE" => "REQUIRED_ACTION",
            "UNDER_REVIEW" => "UNDER_PAYPAL_REVIEW",
            _ if self.allows(Action::Appeal, now) => "APPEALABLE",
            _ => "RESOLVED",
        }
    }

    /// Whether the buyer has the money already: it is an appeal.
    pub(crate) fn is_settled(&self) -> bool {
        self.taken > self.reimbursed
    }

    /// What an accepted claim can be.
    pub(crate) fn claim_types(&self) -> &'static [&'static str] {
        match &*self.reason {
            NOT_AS_DESCRIBED => {
                &["REFUND", "REFUND_WITH_RETURN", "PARTIAL_REFUND", "REFUND_WITH_RETURN_SHIPMENT_LABEL"]
            }
            NOT_RECEIVED => &["REFUND", "PARTIAL_REFUND"],
            _ => &["REFUND"],
        }
    }

    /// What an offer can be. What has not been received cannot be returned.
    pub(crate) fn offer_types(&self) -> &'static [&'static str] {
        match &*self.reason {
            NOT_AS_DESCRIBED => {
                &["REFUND", "REFUND_WITH_RETURN", "REFUND_WITH_REPLACEMENT", "REPLACEMENT_WITHOUT_REFUND"]
            }
            _ => &["REFUND", "REFUND_WITH_REPLACEMENT", "REPLACEMENT_WITHOUT_REFUND"],
        }
    }

    /// Returns `allowed_response_options`; null if there are none.
    pub(crate) fn options(&self, now: Moment) -> Value {
        let mut options = Value::Null;
        if self.allows(Action::AcceptClaim, now) {
            options["accept_claim"] = json!({"accept_claim_types": self.claim_types()});
        }
        if self.allows(Action::MakeOffer, now) {
            options["make_offer"] = json!({"offer_types": self.offer_types()});
        }
        if self.allows(Action::AcknowledgeReturnItem, now) {
            options["acknowledge_return_item"] = json!({"acknowledgement_types": ACKNOWLEDGEMENTS});
        }
        options
    }
}
