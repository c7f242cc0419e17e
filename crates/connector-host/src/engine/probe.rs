//! Checks that an existing engine has what connectors need. Wasmtime does not expose an engine's configuration, so this
//! tries it.

use wasmtime::{Engine, Instance, Module, Store, Trap, component::Component};

use super::error::EngineError;

/// An empty component.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// A module with a function `f` that does nothing.
const MODULE: &[u8] = b"\0asm\x01\0\0\0\
    \x01\x04\x01\x60\0\0\
    \x03\x02\x01\0\
    \x07\x05\x01\x01f\0\0\
    \x0a\x04\x01\x02\0\x0b";

/// Tries what connectors need.
///
/// # Errors
/// If the engine lacks something.
pub(super) fn suits(engine: &Engine) -> Result<(), EngineError> {
    let lacks = |missing| move |error: wasmtime::Error| EngineError::Unsuitable { missing, source: Some(error.into()) };
    let module =
        Module::new(engine, MODULE).map_err(lacks("cannot compile: it needs a compiler, such as Cranelift"))?;
    Component::new(engine, COMPONENT)
        .map_err(lacks("does not take components: it needs `Config::wasm_component_model(true)`"))?;
    let does_not_run = "does not run a function";
    let mut store = Store::new(engine, ());
    // The deadline has passed: if the engine interrupts by epochs, the first function traps.
    store.set_epoch_deadline(0);
    let instance = Instance::new(&mut store, &module, &[]).map_err(lacks(does_not_run))?;
    let function = instance.get_typed_func::<(), ()>(&mut store, "f").map_err(lacks(does_not_run))?;
    match function.call(&mut store, ()) {
        Err(error) if error.downcast_ref() == Some(&Trap::Interrupt) => Ok(()),
        Err(error) => Err(lacks(does_not_run)(error)),
        Ok(()) => Err(EngineError::Unsuitable {
            missing: "does not interrupt components: it needs `Config::epoch_interruption(true)`",
            source: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use wasmtime::Config;

    use super::*;

    fn suits_with(configure: impl Fn(&mut Config)) -> Result<(), String> {
        let mut config = Config::new();
        configure(&mut config);
        suits(&Engine::new(&config).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_an_engine_lacks_is_named() {
        assert_eq!(suits_with(|config| _ = config.epoch_interruption(true)), Ok(()));
        assert!(suits_with(|_| ()).unwrap_err().contains("epoch_interruption"));
        let none = suits_with(|config| _ = config.epoch_interruption(true).wasm_component_model(false));
        assert!(none.unwrap_err().contains("wasm_component_model"));
    }
}
