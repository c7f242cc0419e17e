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

#[cfg(test)]
mod tests {
    use super::{largest, replace};

    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
    const MODULE: &[u8] = b"\0asm\x01\0\0\0";

    /// A module with a custom section of this many bytes.
    fn module(bytes: u8) -> Vec<u8> {
        [MODULE, &[0, bytes + 2, 1, b'x'], &vec![7; usize::from(bytes)]].concat()
    }

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        [&[id, u8::try_from(content.len()).unwrap()], content].concat()
    }

    #[test]
    fn the_largest_module_is_replaced_and_nothing_else() {
        let inner = [COMPONENT, &section(1, &module(90))].concat();
        let with = |module: &[u8]| {
            let parts =
                [section(1, MODULE), section(1, module), section(4, &inner), section(1, &super::tests::module(3))];
            [COMPONENT, &parts.concat()].concat()
        };
        let component = with(&module(40));
        assert_eq!(largest(&component).unwrap(), module(40));
        assert_eq!(replace(&component, MODULE).unwrap(), with(MODULE));
        assert_eq!(replace(&component, &module(40)).unwrap(), component);
    }

    #[test]
    fn what_would_not_be_a_component_is_refused() {
        let component = [COMPONENT, &section(1, MODULE)].concat();
        let padded = [COMPONENT, &[1, 0x88, 0], MODULE].concat();
        for (component, module, reason) in [
            (&component[..], &component[..], "the result is not valid"),
            (&component, b"\0asm", "the result is not valid"),
            (&padded, MODULE, "the module's section"),
            (MODULE, MODULE, "is a core module, not a component"),
            (COMPONENT, MODULE, "has no core module"),
            (b"text", MODULE, "is not WebAssembly"),
            (b"", MODULE, "is not WebAssembly"),
        ] {
            let error = format!("{:#}", replace(component, module).unwrap_err());
            assert!(error.contains(reason), "{error}");
        }
    }
}
