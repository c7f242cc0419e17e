//! The core modules of a component.

use std::ops::Range;

use anyhow::{Context as _, Result, ensure};
use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

/// The section of a core module: <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>
const MODULE: u8 = 1;

/// Returns the largest core module, which has the code; the others only connect it.
///
/// # Errors
/// If these bytes are not a component, or have no module.
pub(crate) fn largest(component: &[u8]) -> Result<&[u8]> {
    Ok(&component[range(component)?])
}

/// Returns the component with another module in the place of the largest one. It has to import and export the same.
///
/// # Errors
/// If the result is not valid.
pub(crate) fn replace(component: &[u8], module: &[u8]) -> Result<Vec<u8>> {
    let Range { start, end } = range(component)?;
    let header = 1 + leb128(end - start).len();
    let section = start.checked_sub(header).context("the module's section has no header")?;
    // The linker could have written the length with more bytes than it needs.
    ensure!(component[section] == MODULE, "the length of the module's section is written in an unusual way");
    ensure!(component[section + 1..start] == leb128(end - start), "the module's section has another length");
    let mut replaced = component[..section].to_vec();
    replaced.push(MODULE);
    replaced.extend(leb128(module.len()));
    replaced.extend(module);
    replaced.extend(&component[end..]);
    // Also finds out whether the module has what the component takes from it.
    Validator::new_with_features(WasmFeatures::default()).validate_all(&replaced).context("the result is not valid")?;
    Ok(replaced)
}

/// Where the largest module is, of those that are not in a component within.
fn range(component: &[u8]) -> Result<Range<usize>> {
    let mut depth = 0_usize;
    let mut modules = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        match payload.context("is not WebAssembly")? {
            Payload::Version { encoding, .. } => {
                ensure!(depth > 0 || encoding == Encoding::Component, "is a core module, not a component");
            }
            Payload::ModuleSection { unchecked_range, .. } => {
                if depth == 0 {
                    modules.push(usize::try_from(unchecked_range.start)?..usize::try_from(unchecked_range.end)?);
                }
                depth += 1;
            }
            Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    modules.into_iter().max_by_key(Range::len).context("has no core module")
}

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
