//! Typed functions, called with the input of `invoke`, so that one fixture tests both.

use std::collections::HashMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json, value::RawValue};
use wasmtime::{
    Error, Result, Store, bail,
    component::{
        Component, Func, Instance, Val,
        types::{ComponentFunc, ComponentItem, Type},
    },
    error::Context as _,
};

use crate::call::Call;

const PACKAGE: &str = "kosha:paypal/";
/// The parameter for a body of bytes.
const BODY: &str = "body";
const VERSION: &str = "@0.2.0";

/// Returns the typed functions of a component by the ids of their actions: `orders.create` for `create` of
/// `kosha:paypal/orders`.
pub(crate) fn exports(component: &Component, engine: &wasmtime::Engine) -> Vec<(String, ComponentFunc)> {
    let mut functions = Vec::new();
    for (name, export) in component.component_type().exports(engine) {
        let interface = name.strip_prefix(PACKAGE).and_then(|name| name.split('@').next());
        let (Some(interface), ComponentItem::ComponentInstance(instance)) = (interface, export.ty) else { continue };
        for (function, item) in instance.exports(engine) {
            if let ComponentItem::ComponentFunc(ty) = item.ty {
                functions.push((format!("{interface}.{function}"), ty));
            }
        }
    }
    functions
}

/// Returns the typed function of an action.
pub(crate) fn function(instance: &Instance, store: &mut Store<Call>, action: &str) -> Result<Func> {
    let (interface, name) = action.split_once('.').context("an action id is `resource.verb`")?;
    let interface = instance
        .get_export_index(&mut *store, None, &format!("{PACKAGE}{interface}{VERSION}"))
        .with_context(|| format!("the component has no interface `{interface}`"))?;
    let function = instance
        .get_export_index(&mut *store, Some(&interface), name)
        .with_context(|| format!("the component has no function for `{action}`"))?;
    instance.get_func(store, function).with_context(|| format!("`{action}` is no function"))
}

/// Builds a typed function's arguments from an input of [`Connector::invoke`](crate::Connector::invoke): parameters by name;
/// the parameter with another name is the body or a member of it.
///
/// # Errors
/// If the input is not JSON, or a member is missing or has another type than the function's.
pub fn arguments(function: &ComponentFunc, input: &str) -> Result<Vec<Val>> {
    let input: HashMap<String, &RawValue> = serde_json::from_str(input).map_err(Error::from)?;
    let body = input.get("body").copied();
    // A function takes either the members of the body by their names, or the whole body.
    let by_member = function.params().any(|(name, ty)| is_bytes(&ty) && name != BODY);
    let members = body.filter(|_| by_member).map(|body| serde_json::from_str(body.get()).map_err(Error::from));
    let members: HashMap<String, &RawValue> = members.transpose()?.unwrap_or_default();
    // The body comes after the parameters and before files and options, unless it has its own name.
    let is_named = function.params().any(|(name, _)| name == BODY);
    let last = function.params().filter(|(_, ty)| is_document(ty) && !is_named).last().map(|(name, _)| name.to_owned());
    function
        .params()
        .map(|(name, ty)| {
            let is_body = last.as_deref() == Some(name);
            let name = name.replace('-', "_");
            let document = input.get(&name).or(members.get(&name)).copied().or(body.filter(|_| is_body));
            match document {
                Some(document) if name == BODY && is_bytes(&ty) => in_base64(document),
                _ => value(&ty, document),
            }
            .with_context(|| format!("argument `{name}`"))
        })
        .collect()
}

/// Returns whether a parameter of this type can be the body.
fn is_document(ty: &Type) -> bool {
    match ty {
        Type::String => true,
        Type::Option(option) => option.ty() == Type::String,
        _ => false,
    }
}

/// Converts JSON to a value of a WIT type. For a `json` document, which is a string, it takes the text of the JSON.
fn value(ty: &Type, document: Option<&RawValue>) -> Result<Val> {
    let text = document.map(RawValue::get).filter(|text| *text != "null");
    Ok(match (ty, text) {
        (Type::Option(_), None) => Val::Option(None),
        (Type::List(_), None) => Val::List(Vec::new()),
        (Type::Option(option), Some(_)) => Val::Option(Some(Box::new(value(&option.ty(), document)?))),
        (_, None) => bail!("is missing"),
        (Type::String, Some(text)) => match serde_json::from_str::<Value>(text) {
            Ok(Value::String(string)) => Val::String(string),
            _ => Val::String(text.to_owned()),
        },
        (Type::List(_), Some(text)) if is_bytes(ty) => bytes(match serde_json::from_str::<Value>(text)? {
            Value::String(string) => string.into_bytes(),
            _ => text.as_bytes().to_owned(),
        }),
        (Type::List(list), Some(text)) => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            Val::List(items.into_iter().map(|item| value(&list.ty(), Some(item))).collect::<Result<_>>()?)
        }
        (Type::U32, Some(text)) => Val::U32(text.parse()?),
        (Type::Bool, Some(text)) => Val::Bool(text.parse()?),
        (Type::Enum(_), Some(text)) => Val::Enum(serde_json::from_str(text)?),
        (Type::Record(record), Some(text)) => {
            let members: HashMap<String, &RawValue> = serde_json::from_str(text)?;
            let field = |name: &str, ty: &Type| {
                let member = members.get(&name.replace('-', "_")).copied();
                let value = match (is_bytes(ty), member) {
                    // The content of a file.
                    (true, Some(member)) => in_base64(member)?,
                    _ => value(ty, member).with_context(|| name.to_owned())?,
                };
                Ok((name.to_owned(), value))
            };
            Val::Record(record.fields().map(|it| field(it.name, &it.ty)).collect::<Result<_>>()?)
        }
        (other, Some(_)) => bail!("no JSON is known for the type {other:?}"),
    })
}

/// Decodes a string in base64.
fn in_base64(document: &RawValue) -> Result<Val> {
    let text: String = serde_json::from_str(document.get())?;
    Ok(bytes(BASE64_STANDARD.decode(text).map_err(Error::from)?))
}

fn is_bytes(ty: &Type) -> bool {
    matches!(ty, Type::List(list) if matches!(list.ty(), Type::U8))
}

fn bytes(bytes: Vec<u8>) -> Val {
    Val::List(bytes.into_iter().map(Val::U8).collect())
}

/// Converts the outcome of a typed function to the form of [`json::comparable`](crate::json::comparable).
pub(crate) fn outcome(result: &Val) -> Result<Value> {
    match result {
        Val::Result(Ok(Some(reply))) => Ok(json!({"reply": to_json(reply)?})),
        Val::Result(Err(Some(failure))) => Ok(json!({"failure": to_json(failure)?})),
        other => bail!("a typed function returned {other:?}"),
    }
}

fn to_json(value: &Val) -> Result<Value> {
    Ok(match value {
        Val::Bool(value) => json!(value),
        Val::U16(value) => json!(value),
        Val::U32(value) => json!(value),
        Val::U64(value) => json!(value),
        Val::String(value) | Val::Enum(value) => json!(value),
        Val::Option(None) => Value::Null,
        Val::Option(Some(value)) => to_json(value)?,
        Val::List(items) if matches!(items.first(), Some(Val::U8(_))) => {
            let byte =
                |item: &_| if let Val::U8(byte) = item { Ok(*byte) } else { bail!("a list of bytes and others") };
            json!(BASE64_STANDARD.encode(items.iter().map(byte).collect::<Result<Vec<_>>>()?))
        }
        Val::List(items) => Value::Array(items.iter().map(to_json).collect::<Result<_>>()?),
        Val::Record(fields) => {
            let field = |(name, value): &(String, Val)| Ok((name.replace('-', "_"), to_json(value)?));
            Value::Object(fields.iter().map(field).collect::<Result<Map<_, _>>>()?)
        }
        other => bail!("no JSON is known for {other:?}"),
    })
}
