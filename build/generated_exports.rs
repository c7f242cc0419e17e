//! The typed functions of the WIT contract as implementations of the traits that wit-bindgen makes of it, for the feature
//! `generated-exports`. Nothing here is of `exports.rs`, which it is compared with: no layout, and no role of an argument.

use std::{fmt::Write as _, path::Path};

use anyhow::{Context, Result, bail};
use wit_parser::{Function, Resolve, Type, TypeDefKind, WorldItem, WorldKey};

use crate::operations::Operation;

const WORLD: &str = "connector";
const PACKAGE: (&str, &str) = ("kosha", "paypal");

/// The source of the implementations, which `src/component/generated.rs` includes.
pub(crate) fn generate(wit: &Path, operations: &[Operation]) -> Result<String> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit)?;
    let world = resolve.select_world(&[package], Some(WORLD))?;
    let mut source = String::new();
    for (key, item) in &resolve.worlds[world].exports {
        let (WorldKey::Interface(id), WorldItem::Interface { .. }) = (key, item) else { continue };
        let interface = &resolve.interfaces[*id];
        let (Some(group), Some(package)) = (&interface.name, interface.package) else { continue };
        let package = &resolve.packages[package].name;
        if (&*package.namespace, &*package.name) != PACKAGE {
            continue;
        }
        writeln!(source, "impl exports::{}::{}::{}::Guest for Component {{", PACKAGE.0, PACKAGE.1, snake(group))?;
        for (name, function) in &interface.functions {
            let id = format!("{group}.{name}");
            let operation = operations.iter().find(|operation| operation.id == id);
            let operation = operation.with_context(|| format!("the catalogue has no operation `{id}`"))?;
            source += &implementation(&resolve, function, operation).with_context(|| id.clone())?;
        }
        writeln!(source, "}}")?;
    }
    Ok(source)
}

fn implementation(resolve: &Resolve, function: &Function, operation: &Operation) -> Result<String> {
    let mut parameters = Vec::new();
    let mut call = format!("Call::of({:?})", operation.id);
    for (index, parameter) in function.params.iter().enumerate() {
        let (ty, name) = (rust(resolve, &parameter.ty)?, snake(&parameter.name));
        let is_parameter = operation.parameters.iter().any(|it| it.name == name);
        match &*ty {
            _ if is_parameter => write!(call, ".parameter({name:?}, a{index})")?,
            "Option<CallOptions>" => write!(call, ".options(a{index})")?,
            "Vec<wit::File>" => write!(call, ".files(a{index})")?,
            _ if operation.definition.contains_key("x-raw-member") => write!(call, ".member({name:?}, a{index})")?,
            _ => write!(call, ".body(a{index})")?,
        }
        parameters.push(format!("a{index}: {ty}"));
    }
    let (name, parameters) = (snake(&function.name), parameters.join(", "));
    Ok(format!("fn {name}({parameters}) -> Result<wit::Reply, wit::Failure> {{ {call}.run() }}\n"))
}

/// The type that wit-bindgen makes of one.
fn rust(resolve: &Resolve, ty: &Type) -> Result<String> {
    let id = match ty {
        Type::String => return Ok("String".to_owned()),
        Type::U32 => return Ok("u32".to_owned()),
        Type::U8 => return Ok("u8".to_owned()),
        Type::Bool => return Ok("bool".to_owned()),
        Type::Id(id) => &resolve.types[*id],
        other => bail!("the type {other:?} is not provided for"),
    };
    Ok(match (&id.kind, id.name.as_deref()) {
        (TypeDefKind::Type(alias), _) => rust(resolve, alias)?,
        (TypeDefKind::List(item), _) => format!("Vec<{}>", rust(resolve, item)?),
        (TypeDefKind::Option(some), _) => format!("Option<{}>", rust(resolve, some)?),
        (TypeDefKind::Record(_), Some("call-options")) => "CallOptions".to_owned(),
        (TypeDefKind::Record(_), Some("file")) => "wit::File".to_owned(),
        (TypeDefKind::Record(_), Some("header")) => "wit::Header".to_owned(),
        (other, _) => bail!("the type {} is not provided for", other.as_str()),
    })
}

fn snake(kebab: &str) -> String {
    kebab.replace('-', "_")
}
