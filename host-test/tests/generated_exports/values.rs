//! The arguments that a function is tried with.

use std::collections::HashMap;

use connector_host::wasmtime::component::{
    Val,
    types::{ComponentFunc, Type},
};
use host_test::fixture::Case;

/// The name of the argument that every function has.
pub(crate) const OPTIONS: &str = "options";

/// Values that actions accept, out of the fixtures of success: by the action's id and the parameter's name, and by that name
/// alone.
pub(crate) struct Pool(HashMap<(Option<String>, String), Val>);

impl Pool {
    pub(crate) fn new<'a>(given: impl Iterator<Item = (&'a Case, &'a ComponentFunc, &'a [Val])>) -> Self {
        let mut pool = HashMap::new();
        for (case, function, arguments) in given.filter(|(case, ..)| case.succeeds()) {
            for ((name, _), value) in function.params().zip(arguments).filter(|(_, value)| is_given(value)) {
                pool.entry((Some(case.action.clone()), name.to_owned())).or_insert_with(|| value.clone());
                pool.entry((None, name.to_owned())).or_insert_with(|| value.clone());
            }
        }
        Self(pool)
    }

    /// A value for a parameter: a made-up one where no fixture has it.
    fn value(&self, id: &str, name: &str, ty: &Type) -> Val {
        let of = |id| self.0.get(&(id, name.to_owned())).filter(|value| is_of(value, ty)).cloned();
        of(Some(id.to_owned())).or_else(|| of(None)).unwrap_or_else(|| made_up(ty))
    }
}

/// Whether an argument is there at all: an optional one that is given, a list that is not empty.
pub(crate) fn is_given(value: &Val) -> bool {
    match value {
        Val::Option(value) => value.is_some(),
        Val::List(items) => !items.is_empty(),
        _ => true,
    }
}

/// Whether a value of another function's parameter suits this one's type; of those two the names are the same.
fn is_of(value: &Val, ty: &Type) -> bool {
    match (value, ty) {
        (Val::Option(Some(value)), Type::Option(option)) => is_of(value, &option.ty()),
        (Val::String(_), Type::String) | (Val::U32(_), Type::U32) | (Val::Bool(_), Type::Bool) => true,
        (Val::List(_), Type::List(_)) => true,
        _ => false,
    }
}

fn some(value: Val) -> Val {
    Val::Option(Some(Box::new(value)))
}

fn made_up(ty: &Type) -> Val {
    match ty {
        Type::Option(option) => some(made_up(&option.ty())),
        Type::String => Val::String("MADE-UP-1".to_owned()),
        other => samples(other).pop().unwrap(),
    }
}

/// Arguments for a function, each with a word on what is particular of them. `base` are some that it accepts.
pub(crate) fn variants(id: &str, function: &ComponentFunc, base: &[Val], pool: &Pool) -> Vec<(String, Vec<Val>)> {
    let mut variants: Vec<(String, Vec<Val>)> = Vec::new();
    let params: Vec<(String, Type)> = function.params().map(|(name, ty)| (name.to_owned(), ty)).collect();
    let required: Vec<Val> =
        params.iter().zip(base).map(|((_, ty), value)| empty(ty).unwrap_or(value.clone())).collect();
    let fill = |(name, ty): &(String, Type)| if name == OPTIONS { usual(ty) } else { pool.value(id, name, ty) };
    let all: Vec<Val> = params
        .iter()
        .zip(base)
        .map(|(parameter, value)| if empty(&parameter.1).is_some() { fill(parameter) } else { value.clone() })
        .collect();
    let mut with = |label: String, arguments: &[Val], index: usize, value: Val| {
        let mut arguments = arguments.to_vec();
        arguments[index] = value;
        variants.push((label, arguments));
    };
    for (index, (name, ty)) in params.iter().enumerate() {
        if name == OPTIONS {
            for (option, value) in each_alone(ty) {
                with(format!("only {option} of its options"), base, index, value);
            }
        } else if empty(ty).is_some() {
            with(format!("only {name} beside what is required"), &required, index, all[index].clone());
        }
        for (number, value) in samples(ty).into_iter().enumerate() {
            with(format!("odd {name} {number}"), base, index, value);
        }
    }
    variants.push(("all arguments".to_owned(), all));
    variants.push(("only required arguments".to_owned(), required));
    variants
}

/// What stands for an argument that is left out, if it may be.
fn empty(ty: &Type) -> Option<Val> {
    match ty {
        Type::Option(_) => Some(Val::Option(None)),
        Type::List(list) if matches!(list.ty(), Type::Record(_)) => Some(Val::List(Vec::new())),
        _ => None,
    }
}

/// A value that a field of the options may have.
fn option(name: &str, ty: &Type) -> Val {
    let text = |text: &str| some(Val::String(text.to_owned()));
    match name {
        "idempotency-key" => text("key of the test"),
        "prefer" => some(Val::Enum("representation".to_owned())),
        "deadline-ms" => some(Val::U32(u32::MAX)),
        "page-link" => text("https://api-m.sandbox.paypal.com/v1/billing/plans?page=2"),
        "auth-assertion" => text("eyJhbGciOiJub25lIn0.eyJpc3MiOiJjbGllbnQifQ."),
        "partner-attribution-id" => text("Example_SP"),
        "client-metadata-id" => text("device 1"),
        "mock-response" => text("{\"mock_application_codes\":\n\"MADE_UP\"}"),
        other => panic!("no value is known for the option `{other}`, a {ty:?}"),
    }
}

/// Options of which all are set.
fn usual(ty: &Type) -> Val {
    record(ty, option)
}

/// Options of which one is set, each with the name of that.
fn each_alone(ty: &Type) -> Vec<(String, Val)> {
    let Type::Option(option_of) = ty else { panic!("the options are not optional") };
    let Type::Record(fields) = option_of.ty() else { panic!("the options are no record") };
    let names: Vec<String> = fields.fields().map(|field| field.name.to_owned()).collect();
    let alone = |only: &String| record(ty, |name, ty| if name == only { option(name, ty) } else { Val::Option(None) });
    names.iter().map(|name| (name.clone(), alone(name))).collect()
}

/// An optional record, of values by name and type.
fn record(ty: &Type, value: impl Fn(&str, &Type) -> Val) -> Val {
    let Type::Option(option) = ty else { panic!("it is not optional") };
    let Type::Record(record) = option.ty() else { panic!("it is no record") };
    some(Val::Record(record.fields().map(|field| (field.name.to_owned(), value(field.name, &field.ty))).collect()))
}

/// Values of a type: the least and the greatest, empty, long, of several bytes per character, and bytes that are no text.
fn samples(ty: &Type) -> Vec<Val> {
    let texts = |texts: &[&str]| texts.iter().map(|text| Val::String((*text).to_owned())).collect();
    match ty {
        Type::String => {
            texts(&["", "é😀\u{0}\n\"\\\u{10ffff}", "{\"ü\": [1.0, \"😀\"]}", "long é ".repeat(10_000).as_str()])
        }
        Type::U32 => [0, 1, 255, 256, 65_536, u32::MAX].map(Val::U32).into(),
        Type::U8 => [0, 0x7f, 0x80, 0xff].map(Val::U8).into(),
        Type::Bool => vec![Val::Bool(false), Val::Bool(true)],
        Type::Enum(cases) => cases.names().map(|name| Val::Enum(name.to_owned())).collect(),
        Type::Option(option) => {
            let given = samples(&option.ty()).into_iter().map(some);
            [Val::Option(None)].into_iter().chain(given).collect()
        }
        Type::List(list) if matches!(list.ty(), Type::U8) => {
            let bytes = |bytes: &[u8]| Val::List(bytes.iter().copied().map(Val::U8).collect());
            vec![bytes(b""), bytes(b"\xff\xfe"), bytes("ü\0".as_bytes()), bytes(&(0..=255).collect::<Vec<u8>>())]
        }
        Type::List(list) => {
            let items = samples(&list.ty());
            vec![Val::List(Vec::new()), Val::List(items[..1].to_vec()), Val::List(items)]
        }
        // Each sample of each field, and unlike ones beside each other.
        Type::Record(record) => {
            let fields: Vec<_> = record.fields().map(|field| (field.name.to_owned(), samples(&field.ty))).collect();
            let most = fields.iter().map(|(_, samples)| samples.len()).max().unwrap_or(0);
            let pick = |turn: usize| {
                let fields = fields.iter().enumerate();
                fields.map(|(at, (name, of))| (name.clone(), of[(turn + at) % of.len()].clone())).collect()
            };
            (0..most).map(|turn| Val::Record(pick(turn))).collect()
        }
        other => panic!("no samples are known of the type {other:?}"),
    }
}
