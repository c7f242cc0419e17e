//! The typed functions of the WIT contract as the source of the component's exports.
//!
//! wit-bindgen would write some 3.6 KB of code for each of them, which differ in nothing but their parameters: all of them
//! take `call-options` last and return `result<reply, failure>`. So each is a row of a table here, and one piece of code,
//! `src/component/typed.rs`, lifts the arguments of any. A function that does not fit its operation in the catalogue, or an
//! operation without a function, stops the build.

use std::{fmt::Write as _, path::Path};

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use wit_component::StringEncoding;
use wit_parser::{
    Field, Function, InterfaceId, LiftLowerAbi, ManglingAndAbi, PackageId, ParseError, Resolve, ResolveError,
    SizeAlign, Type, TypeDefKind, TypeId, WasmExport, WasmExportKind, WorldItem, WorldKey,
    abi::{AbiVariant, WasmType},
};

use crate::operations::Operation;

/// The provider's package, and that of any connector.
const PACKAGE: &str = "kosha:paypal";
const CONNECTOR: &str = "kosha:connector";
const WORLD: &str = "connector";

/// The record of options, of which the provider has its own.
const OPTIONS: &str = "call-options";

/// The records whose layout `typed.rs` mirrors.
const MIRRORED: [&str; 6] = [OPTIONS, "failure", "file", "header", "issue", "reply"];

/// The source of the exports, and the custom section that describes the world to the linker.
pub(crate) fn generate(wit: &Path, operations: &[Operation]) -> Result<(String, Vec<u8>)> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).map_err(|error| located(&resolve, error))?;
    let world = resolve.select_world(&[package], Some(WORLD))?;
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    let (types, own_types) = (types(&resolve, CONNECTOR)?, types(&resolve, PACKAGE)?);
    let contract = Contract { types, own_types, resolve, sizes };
    contract.extends_the_options()?;

    let mut source = contract.layouts()?;
    let mut missing: Vec<&str> = operations.iter().map(|operation| operation.id).collect();
    for (key, item) in &contract.resolve.worlds[world].exports {
        let (WorldKey::Interface(interface), WorldItem::Interface { .. }) = (key, item) else { continue };
        let Some(group) = contract.group(*interface) else { continue };
        for (name, function) in &contract.resolve.interfaces[*interface].functions {
            let id = format!("{group}.{name}");
            let index = operations.iter().position(|operation| operation.id == id);
            let place = || contract.resolve.render_location(function.span);
            let index = index.with_context(|| format!("{}: the catalogue has no operation `{id}`", place()))?;
            missing.retain(|it| *it != id);
            let export = contract.export(key, function, index, &operations[index]);
            source += &export.with_context(|| format!("{}: {id}", place()))?;
        }
    }
    if let Some(id) = missing.first() {
        bail!(contract.why_missing(package, id));
    }
    let section = wit_component::metadata::encode(&contract.resolve, world, StringEncoding::UTF8, None)?;
    Ok((source, section))
}

/// An error of the WIT parser in one line, by file, line and column.
fn located(resolve: &Resolve, error: Error) -> Error {
    let span = error.chain().find_map(|cause| {
        let parse = cause.downcast_ref::<ParseError>().map(|it| it.kind().span());
        parse.or_else(|| cause.downcast_ref::<ResolveError>().map(|it| it.kind().span()))
    });
    let Some(span) = span.filter(|span| span.is_known()) else { return error.context("wit/") };
    let words: Vec<String> = error.root_cause().to_string().lines().map(|line| line.trim().to_owned()).collect();
    anyhow!("{}: {}", resolve.render_location(span), words.join(" "))
}

struct Contract {
    resolve: Resolve,
    sizes: SizeAlign,
    /// The interface `kosha:connector/types`.
    types: InterfaceId,
    /// The provider's own.
    own_types: InterfaceId,
}

/// The interface `types` of a package, of any version.
fn types(resolve: &Resolve, package: &str) -> Result<InterfaceId> {
    let is_of = |id: PackageId| {
        let name = &resolve.packages[id].name;
        format!("{}:{}", name.namespace, name.name) == package
    };
    let mut interfaces = resolve.interfaces.iter();
    let types = interfaces.find(|(_, it)| it.name.as_deref() == Some("types") && it.package.is_some_and(is_of));
    Ok(types.with_context(|| format!("wit/ has no {package}/types"))?.0)
}

impl Contract {
    /// The resource of one of the provider's interfaces.
    fn group(&self, interface: InterfaceId) -> Option<&str> {
        let interface = &self.resolve.interfaces[interface];
        let package = &self.resolve.packages[interface.package?].name;
        (format!("{}:{}", package.namespace, package.name) == PACKAGE).then_some(interface.name.as_deref()?)
    }

    /// Why the world has no function for an operation.
    fn why_missing(&self, package: PackageId, id: &str) -> String {
        let (group, verb) = id.split_once('.').unwrap_or((id, ""));
        match self.resolve.packages[package].interfaces.get(group) {
            None => format!("wit/ has no interface `{group}`, for the operation `{id}`"),
            Some(interface) if self.resolve.interfaces[*interface].functions.contains_key(verb) => {
                format!("wit/world.wit does not export `{group}`, for the operation `{id}`")
            }
            Some(_) => format!("wit/{group}.wit has no function `{verb}`, for the operation `{id}`"),
        }
    }

    fn record(&self, interface: InterfaceId, name: &str) -> Result<(TypeId, &[Field])> {
        let id = *self.resolve.interfaces[interface].types.get(name).with_context(|| format!("wit/ has no {name}"))?;
        let TypeDefKind::Record(record) = &self.resolve.types[id].kind else { bail!("{name} is no record") };
        Ok((id, &record.fields))
    }

    /// The provider's options begin with those of any connector.
    fn extends_the_options(&self) -> Result<()> {
        let (_, common) = self.record(self.types, OPTIONS)?;
        let (_, own) = self.record(self.own_types, OPTIONS)?;
        for (index, field) in common.iter().enumerate() {
            let is_same = own.get(index).is_some_and(|it| it.name == field.name && self.is_same(&it.ty, &field.ty));
            ensure!(is_same, "wit/types.wit: field {index} of {OPTIONS} is not `{}` of {CONNECTOR}'s", field.name);
        }
        Ok(())
    }

    /// Whether two types are one, by whatever paths they are used.
    fn is_same(&self, one: &Type, other: &Type) -> bool {
        let (Type::Id(one), Type::Id(other)) = (one, other) else { return one == other };
        match (&self.resolve.types[*one].kind, &self.resolve.types[*other].kind) {
            (TypeDefKind::Type(one), _) => self.is_same(one, &Type::Id(*other)),
            (_, TypeDefKind::Type(other)) => self.is_same(&Type::Id(*one), other),
            (TypeDefKind::Option(one), TypeDefKind::Option(other)) => self.is_same(one, other),
            _ => one == other,
        }
    }

    /// Assertions that the records of `typed.rs` lie in memory as the canonical ABI wants them, and that its numbers for the
    /// kinds of failure are the contract's.
    fn layouts(&self) -> Result<String> {
        let mut source = String::new();
        for record in MIRRORED {
            let interface = if record == OPTIONS { self.own_types } else { self.types };
            let (id, fields) = self.record(interface, record)?;
            let name = camel(record);
            writeln!(source, "const _: () = {{")?;
            let size = self.sizes.size(&Type::Id(id)).size_wasm32();
            writeln!(source, "assert!(size_of::<{name}>() == {size});")?;
            let offsets = self.sizes.field_offsets(fields.iter().map(|field| &field.ty));
            for (field, (offset, _)) in fields.iter().zip(offsets) {
                let (field, offset) = (field.name.replace('-', "_"), offset.size_wasm32());
                writeln!(source, "assert!(core::mem::offset_of!({name}, {field}) == {offset});")?;
            }
            writeln!(source, "}};")?;
        }
        let kinds = self.resolve.interfaces[self.types].types.get("failure-kind").context("failure-kind")?;
        let TypeDefKind::Enum(kinds) = &self.resolve.types[*kinds].kind else { bail!("failure-kind is no enum") };
        for (index, kind) in kinds.cases.iter().enumerate() {
            writeln!(source, "const _: () = assert!(failure::Kind::{} as u8 == {index});", camel(&kind.name))?;
        }
        Ok(source)
    }

    fn export(&self, key: &WorldKey, function: &Function, index: usize, operation: &Operation) -> Result<String> {
        let signature = self.resolve.wasm_signature(AbiVariant::GuestExport, function);
        ensure!(
            signature.params == [WasmType::Pointer] && signature.results == [WasmType::Pointer],
            "the function is too small to pass its arguments in memory: does it end in call-options?"
        );
        ensure!(self.is_outcome(function.result.as_ref()), "it does not return result<reply, failure>");
        let info = self.sizes.params(function.params.iter().map(|parameter| &parameter.ty));
        let offsets = self.sizes.field_offsets(function.params.iter().map(|parameter| &parameter.ty));

        let mut fields = String::new();
        let mut roles = Vec::new();
        for (parameter, (offset, ty)) in function.params.iter().zip(offsets) {
            let name = parameter.name.replace('-', "_");
            let given = self.given(ty).with_context(|| parameter.name.clone())?;
            let role = operation.role(&name, given.form)?;
            let payload = offset.size_wasm32() + given.payload;
            let tag = if given.optional { format!("Some({})", offset.size_wasm32()) } else { "None".to_owned() };
            write!(fields, "Field {{ role: {}, form: Form::{}, ", role.source(&name), given.form)?;
            write!(fields, "tag: {tag}, at: {payload} }}, ")?;
            roles.push((name, role, given.optional));
        }
        operation.complete(&roles)?;

        let name = |kind| {
            let export = WasmExport::Func { interface: Some(key), func: function, kind };
            self.resolve.wasm_export_name(ManglingAndAbi::Legacy(LiftLowerAbi::Sync), export)
        };
        let (size, align) = (info.size.size_wasm32(), info.align.align_wasm32());
        let mut source = String::new();
        writeln!(source, "const _: () = {{")?;
        writeln!(source, "static FUNCTION: Function = Function {{ action: &ACTIONS[{index}], fields: &[{fields}], ")?;
        writeln!(source, "size: {size}, align: {align} }};")?;
        writeln!(source, "#[unsafe(export_name = {:?})]", name(WasmExportKind::Normal))?;
        writeln!(source, "unsafe extern \"C\" fn call(arguments: *mut u8) -> *mut Returned {{")?;
        writeln!(source, "unsafe {{ FUNCTION.call(arguments) }} }}")?;
        writeln!(source, "#[unsafe(export_name = {:?})]", name(WasmExportKind::PostReturn))?;
        writeln!(
            source,
            "unsafe extern \"C\" fn end(returned: *mut Returned) {{ unsafe {{ Returned::end(returned) }} }}"
        )?;
        writeln!(source, "}};")?;
        Ok(source)
    }

    fn is_outcome(&self, result: Option<&Type>) -> bool {
        let Some(Type::Id(id)) = result else { return false };
        let TypeDefKind::Result(result) = &self.resolve.types[*id].kind else { return false };
        let named = |ty: Option<Type>, name| matches!(ty, Some(Type::Id(id)) if self.is_shared(id, name));
        named(result.ok, "reply") && named(result.err, "failure")
    }

    /// Whether a type is the one of that name in `kosha:connector/types`.
    fn is_shared(&self, id: TypeId, name: &str) -> bool {
        self.is_of(self.types, id, name)
    }

    /// Whether a type is the one of that name in an interface, by whatever path it is used.
    fn is_of(&self, interface: InterfaceId, id: TypeId, name: &str) -> bool {
        match self.resolve.types[id].kind {
            TypeDefKind::Type(Type::Id(alias)) => self.is_of(interface, alias, name),
            _ => self.resolve.interfaces[interface].types.get(name) == Some(&id),
        }
    }

    fn given(&self, ty: &Type) -> Result<Given> {
        let plain = |form| Ok(Given { form, optional: false, payload: 0 });
        let id = match ty {
            Type::String => return plain("Text"),
            Type::U32 => return plain("Whole"),
            Type::Bool => return plain("Flag"),
            Type::Id(id) => *id,
            other => bail!("the type {other:?} is not provided for"),
        };
        if self.is_of(self.own_types, id, OPTIONS) {
            return plain("Options");
        }
        match &self.resolve.types[id].kind {
            TypeDefKind::Type(alias) => self.given(alias),
            TypeDefKind::List(Type::U8) => plain("Bytes"),
            TypeDefKind::List(Type::String) => plain("Texts"),
            TypeDefKind::List(Type::Id(item)) if self.is_shared(*item, "file") => plain("Files"),
            TypeDefKind::List(Type::Id(item)) if self.is_shared(*item, "header") => plain("Headers"),
            TypeDefKind::Option(inner) => {
                let given = self.given(inner)?;
                ensure!(!given.optional, "an option of an option");
                // The payload of a variant lies at its own alignment behind the tag, which is one byte.
                Ok(Given { optional: true, payload: self.sizes.align(inner).align_wasm32(), ..given })
            }
            other => bail!("the type {} is not provided for", other.as_str()),
        }
    }
}

/// The type of an argument: its form, and for an optional one where its value lies behind the tag.
struct Given {
    form: &'static str,
    optional: bool,
    payload: usize,
}

/// What an argument is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Parameter,
    /// A member of the body.
    Member,
    Body,
    Files,
    Options,
}

impl Role {
    fn source(self, name: &str) -> String {
        match self {
            Self::Parameter => format!("Role::Parameter({name:?})"),
            Self::Member => format!("Role::Member({name:?})"),
            Self::Body => "Role::Body".to_owned(),
            Self::Files => "Role::Files".to_owned(),
            Self::Options => "Role::Options".to_owned(),
        }
    }
}

impl Operation<'_> {
    fn role(&self, name: &str, form: &str) -> Result<Role> {
        if let Some(parameter) = self.parameters.iter().find(|parameter| parameter.name == name) {
            let expected = match parameter.schema["type"].as_str() {
                Some("integer") => "Whole",
                Some("boolean") => "Flag",
                Some("array") if parameter.schema["items"]["type"] == "object" => "Headers",
                Some("array") => "Texts",
                _ => "Text",
            };
            ensure!(form == expected, "parameter `{name}` is {form} in wit/ and {expected} in the catalogue");
            return Ok(Role::Parameter);
        }
        Ok(match (form, &self.body) {
            ("Options", _) => Role::Options,
            ("Files", _) => Role::Files,
            ("Text" | "Bytes", Some(body)) if self.by_member() && body.members.contains(&name) => Role::Member,
            ("Text", Some(body)) if !body.is_bytes() => Role::Body,
            ("Bytes", Some(body)) if body.is_bytes() => Role::Body,
            _ => bail!("`{name}` is no parameter of the operation, and it has no body"),
        })
    }

    /// Whether the function takes the members of the body one by one: where one of them has to reach PayPal unchanged.
    fn by_member(&self) -> bool {
        self.definition.contains_key("x-raw-member")
    }

    /// Whether the function has all that the operation has, and may leave out just what that may.
    fn complete(&self, roles: &[(String, Role, bool)]) -> Result<()> {
        for parameter in &self.parameters {
            let found = roles.iter().find(|(name, role, _)| *role == Role::Parameter && name == parameter.name);
            let (name, _, optional) = found.with_context(|| format!("parameter `{}` is missing", parameter.name))?;
            ensure!(*optional != parameter.required, "`{name}` is optional in one of wit/ and the catalogue only");
        }
        let count = |wanted| roles.iter().filter(|(_, role, _)| *role == wanted).count();
        ensure!(roles.last().is_some_and(|(_, role, _)| *role == Role::Options), "`options` does not come last");
        match &self.body {
            None => ensure!(count(Role::Body) == 0, "it takes a body, the operation has none"),
            Some(body) if count(Role::Member) == 0 => {
                let found = roles.iter().find(|(_, role, _)| *role == Role::Body);
                let (name, _, optional) = found.context("the body is missing")?;
                ensure!(count(Role::Body) == 1, "it takes several bodies");
                ensure!(*optional != body.required, "`{name}` is optional in one of wit/ and the catalogue only");
            }
            Some(_) => ensure!(count(Role::Body) == 0, "it takes a body and members of it"),
        }
        ensure!(count(Role::Files) == self.files.iter().count(), "files are in one of wit/ and the catalogue only");
        Ok(())
    }
}

fn camel(kebab: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    kebab.split('-').map(capital).collect()
}
