//! The contract of the store, over the store in memory. In a browser the same tests run over IndexedDB.
#![cfg(not(target_arch = "wasm32"))]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use sips_lapangan::store::memory::MemoryStore;

#[path = "support/store_contract.rs"]
mod contract;

use contract::Subject;

struct Memory(MemoryStore);

impl Subject for Memory {
    type Store = MemoryStore;

    fn store(&self) -> &MemoryStore {
        &self.0
    }

    async fn plant(&self, place: &str, key: &str, text: &str) {
        self.0.plant(place, key, text);
    }
}

/// Runs a future that waits for nothing outside of the program.
fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory waits for nothing"),
    }
}

macro_rules! native_tests {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                finish(contract::$name(&Memory(MemoryStore::new())));
            }
        )*
    };
}

each_contract_test!(native_tests);
