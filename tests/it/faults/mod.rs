//! What must survive: the program killed under load.

mod killed;
