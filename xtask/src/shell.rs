//! Running other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A program that cargo built: in the project's `target`, or where `CARGO_TARGET_DIR` says.
pub fn built(profile: &str, name: &str) -> String {
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    root().join(folder).join(profile).join(name).to_string_lossy().into_owned()
}

/// Runs a program in a folder of the project, showing what it prints.
pub fn sh(folder: &str, program: &str, arguments: &[&str]) -> Result<(), String> {
    sh_with(folder, program, arguments, &[])
}

/// The same, with variables.
pub fn sh_with(folder: &str, program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    eprintln!("› {program} {}", arguments.join(" "));
    let status = Command::new(program).args(arguments).current_dir(root().join(folder)).envs(variables.iter().copied()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} {} failed ({status})", arguments.join(" "))),
        Err(error) => Err(format!("{program} cannot be started: {error}")),
    }
}

/// Whether a program is there.
pub fn has(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// What a program prints.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(root()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
