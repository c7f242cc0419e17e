//! Programs and commands that the pages show.

use crate::{page::Page, read, shell};

#[test]
fn the_programs_shown_are_examples_that_compile() {
    for (page, examples) in [
        ("README.md", &["host-test/examples/order.rs"][..]),
        ("docs/embedding.md", &["host-test/examples/embed.rs", "crates/connector-host/examples/embedder.rs"]),
    ] {
        let blocks = Page::read(page).blocks("rust");
        for example in examples {
            let program = read(example);
            // The lines above concern only the lints of this workspace.
            let shown = &program[program.find("\nuse ").unwrap() + 1..];
            assert!(blocks.iter().any(|block| block == shown), "{page} does not show {example}");
        }
        assert_eq!(blocks.len(), examples.len(), "{page} shows another program, which nothing compiles");
    }
}

#[test]
fn the_lines_that_read_from_a_registry_are_tested() {
    let source = read("crates/connector-host/src/oci.rs");
    let blocks = Page::read("docs/releases.md").blocks("rust");
    let [block] = blocks.as_slice() else { panic!("there are {} programs", blocks.len()) };
    let documented: String = block.lines().map(|line| format!("    /// {line}\n")).collect();
    assert!(source.contains(&documented), "rustdoc compiles other lines");
}

#[test]
fn the_commands_that_build_are_steps_of_ci() {
    let blocks = Page::read("README.md").blocks("sh");
    let built: Vec<_> = blocks.iter().filter(|block| shell::is_step_of_ci(block)).collect();
    assert!(built.iter().any(|block| block.contains("cargo test")), "{built:?}");
    assert!(built.iter().any(|block| block.contains("--example order")), "{built:?}");
}
