//! The scripts that keep the catalogue in step with PayPal's files and its server SDK. They need Python, and one of them
//! `../shared`; where these are missing a test passes and says why it was skipped.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test panics to fail")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn python(script: &str, arguments: &[&Path]) -> Option<Output> {
    let done = Command::new("python3").arg(Path::new(ROOT).join("scripts").join(script)).args(arguments).output();
    done.inspect_err(|error| println!("skipped, no python3: {error}")).ok()
}

/// A new directory of this test's own.
fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

#[test]
fn importing_again_changes_nothing() {
    let files = Path::new(ROOT).join("../shared/paypal/openapi");
    if !files.is_dir() {
        return println!("skipped, PayPal's files are not at ../shared");
    }
    let catalogue = scratch("import").join("openapi.json");
    fs::copy(Path::new(ROOT).join("openapi.json"), &catalogue).unwrap();
    let Some(done) = python("import-schemas", &[&files, &catalogue]) else { return };
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && !said.contains("no place for"), "{said}");
    let before = fs::read_to_string(Path::new(ROOT).join("openapi.json")).unwrap();
    assert!(fs::read_to_string(&catalogue).unwrap() == before, "the import would change openapi.json");
}

#[test]
fn what_an_sdk_has_and_the_catalogue_has_not_is_listed() {
    let sdk = scratch("sdk");
    for directory in ["src/models", "src/controllers"] {
        fs::create_dir_all(sdk.join(directory)).unwrap();
    }
    let write = |file: &str, text: &str| fs::write(sdk.join("src").join(file), text).unwrap();
    write(
        "controllers/ordersController.ts",
        "const req = this.createRequest('POST', '/v2/checkout/orders');
    const mapped = req.prepareArgs({
      body: [body, orderRequestSchema],
    });
    return req.callAsJson(orderSchema, requestOptions);",
    );
    write(
        "models/orderRequest.ts",
        "export interface OrderRequest {
  /** This field supports up to 3 characters. */
  intent?: Intent;
  later?: string;
}
export const orderRequestSchema: Schema<OrderRequest> = lazy(() =>
  object({
    intent: ['intent', optional(intentSchema)],
    later: ['not_known_yet', optional(string())],
  })
);",
    );
    write(
        "models/intent.ts",
        "export enum Intent {
  Capture = 'CAPTURE',
  Later = 'LATER',
}
export const intentSchema: Schema<Intent> = stringEnum(Intent, true);",
    );
    let Some(done) = python("compare-sdk", &[&sdk]) else { return };
    let lines = String::from_utf8_lossy(&done.stdout);
    assert_eq!(
        lines.lines().collect::<Vec<_>>(),
        [
            "field OrderRequest.not_known_yet in order_request (not listed)",
            "optional OrderRequest.intent in order_request (not listed)",
            "value OrderRequest.intent=LATER in order_request (not listed)",
        ]
    );
    assert_eq!(done.status.code(), Some(1));
}
