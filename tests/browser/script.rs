//! Running small scripts in the page: to put the browser into states that it does not reach by itself.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Runs a script and gives what it returns.
pub fn run(code: &str) -> JsValue {
    Function::new_no_args(code).call0(&JsValue::UNDEFINED).expect("the script does not throw")
}

/// Runs the body of an asynchronous function to its end.
pub async fn run_async(code: &str) -> JsValue {
    let promise = run(&format!("return (async () => {{ {code} }})()"));
    JsFuture::from(Promise::resolve(&promise)).await.expect("the script does not throw")
}

/// Undoes what a script has changed. A test that fails does not come to it: there is no unwinding here, and the
/// tests after it may fail as well.
pub struct Undo(pub &'static str);

impl Drop for Undo {
    fn drop(&mut self) {
        run(self.0);
    }
}
