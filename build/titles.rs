//! The titles of properties: what a form writes beside a field.

/// Words that are not written in lower case.
const WORDS: [(&str, &str); 45] = [
    ("3d", "3D"),
    ("ach", "ACH"),
    ("api", "API"),
    ("avs", "AVS"),
    ("bancontact", "Bancontact"),
    ("bic", "BIC"),
    ("bin", "BIN"),
    ("blik", "BLIK"),
    ("cvv", "CVV"),
    ("ec", "EC"),
    ("eci", "ECI"),
    ("emv", "EMV"),
    ("eps", "eps"),
    ("fx", "FX"),
    ("http", "HTTP"),
    ("iban", "IBAN"),
    ("id", "ID"),
    ("ideal", "iDEAL"),
    ("ids", "IDs"),
    ("ip", "IP"),
    ("ipn", "IPN"),
    ("json", "JSON"),
    ("kyc", "KYC"),
    ("mcc", "MCC"),
    ("mybank", "MyBank"),
    ("oauth", "OAuth"),
    ("os", "OS"),
    ("p24", "Przelewy24"),
    ("paypal", "PayPal"),
    ("pdf", "PDF"),
    ("pin", "PIN"),
    ("pix", "Pix"),
    ("qr", "QR"),
    ("rest", "REST"),
    ("sepa", "SEPA"),
    ("sku", "SKU"),
    ("sofort", "Sofort"),
    ("swish", "Swish"),
    ("trustly", "Trustly"),
    ("txn", "transaction"),
    ("upc", "UPC"),
    ("uri", "URI"),
    ("url", "URL"),
    ("utc", "UTC"),
    ("venmo", "Venmo"),
];

/// Names that read badly word by word.
const NAMES: [(&str, &str); 52] = [
    ("admin_area_1", "State or province"),
    ("admin_area_2", "City"),
    ("admin_area_3", "Suburb or district"),
    ("admin_area_4", "Neighbourhood"),
    ("apple_pay", "Apple Pay"),
    ("as_of_time", "As of"),
    ("auth_algo", "Signature algorithm"),
    ("auth_assertion", "Merchant to act for"),
    ("auth_code", "Authorization code"),
    ("auto_bill_outstanding", "Bill outstanding balances automatically"),
    ("carrier_name_other", "Name of another carrier"),
    ("cert_url", "Certificate URL"),
    ("client_os", "Operating system"),
    ("create_time_after", "Created after"),
    ("create_time_before", "Created before"),
    ("credit_not_processed", "Refund not received"),
    ("custom", "Custom text"),
    ("deadline_ms", "Deadline in milliseconds"),
    ("dedupe_key", "Deduplication key"),
    ("emv_data", "EMV chip data"),
    ("evidences", "Evidence"),
    ("google_pay", "Google Pay"),
    ("home_url", "Home page URL"),
    ("href", "Address"),
    ("instrument_sub_type", "Instrument subtype"),
    ("level_0", "Level 0 data"),
    ("level_2", "Level 2 data"),
    ("level_3", "Level 3 data"),
    ("max_age_seconds", "Maximum age in seconds"),
    ("merchandize_dispute_properties", "Dispute about merchandise"),
    ("mock_response", "Simulated error"),
    ("national_number", "Number without country code"),
    ("note_to_payer", "Note to the payer"),
    ("op", "Operation"),
    ("order_update_callback_config", "Order update callback"),
    ("os_type", "Operating system"),
    ("os_version", "Version of the operating system"),
    ("prefer", "Content of the answer"),
    ("prev_offset", "Previous offset"),
    ("rel", "Relation"),
    ("sub_building", "Part of the building"),
    ("sub_reasons", "Reasons in detail"),
    ("subscr_id", "Subscription ID"),
    ("supported_authn_schemes", "Supported authentication schemes"),
    ("tax_calculated_after_discount", "Tax after the discount"),
    ("three_d_secure", "3-D Secure"),
    ("total_required", "Count the total"),
    ("transmission_sig", "Signature"),
    ("unit_amount", "Price of one"),
    ("update_time_after", "Updated after"),
    ("update_time_before", "Updated before"),
    ("zoneinfo", "Time zone"),
];

/// The title of a property: its name as words, or what `NAMES` has for it.
pub(crate) fn title(name: &str) -> String {
    if let Some((_, title)) = NAMES.iter().find(|(known, _)| *known == name) {
        return (*title).to_owned();
    }
    let word =
        |word: &str| WORDS.iter().find(|(known, _)| *known == word).map_or(word, |(_, written)| written).to_owned();
    let title = name.split(['_', '-']).map(word).collect::<Vec<_>>().join(" ");
    // What begins with a small letter on purpose stays.
    if WORDS.iter().any(|(_, written)| title.starts_with(written)) {
        return title;
    }
    let mut characters = title.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
