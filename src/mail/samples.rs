//! Who writes the mails of the tests; their notices are the domain's.

use super::Sender;
use crate::domain::notice::Bilingual;
pub(super) use crate::domain::notice::samples::*;

pub(super) fn sender() -> Sender {
    Sender {
        company: Bilingual {
            zh: "山东蓝桥技术服务".to_owned(), en: "Shandong Lanqiao Services".to_owned()
        },
        hotline: "800-000-0000".to_owned(),
        base_url: "https://bk.example.cn/".to_owned(),
        replies: true,
    }
}
