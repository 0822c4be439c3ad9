//! Every text a person sees: Fluent files in zh-CN and en, and a small loader.
