use super::*;
use crate::mail::{Letter, Letterhead, samples};

fn letter(id: &str, minute: i64) -> Mail {
    let notice = samples::rma(crate::domain::notice::RmaNews::Closed { units: vec![samples::unit()] });
    let letterhead = Letterhead::new(samples::sender(), "rma@bk.example.cn", None).unwrap();
    letterhead
        .write(&Letter {
            notice: &notice,
            language: crate::domain::language::Language::ZhCn,
            to: "liu@hospital.example",
            message_id: id,
            queued_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minute),
            texts: &[],
        })
        .unwrap()
}

#[tokio::test]
async fn mails_are_listed_newest_first_and_opened() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(list(&folder.path().join("not-yet"), 10).unwrap(), []);
    for (id, minute) in [("notice-a", 2), ("notice-b", 3), ("notice-c", 1)] {
        send(folder.path(), &letter(id, minute)).await.unwrap();
    }
    // What a person may have put beside them.
    std::fs::write(folder.path().join("notes.txt"), "x").unwrap();
    std::fs::write(folder.path().join("我的.eml"), "x").unwrap();
    std::fs::create_dir(folder.path().join("old")).unwrap();
    let names =
        |limit| list(folder.path(), limit).unwrap().into_iter().map(|head| head.name).collect::<Vec<_>>();
    assert_eq!(names(10), ["notice-b-closed.eml", "notice-a-closed.eml", "notice-c-closed.eml"]);
    assert_eq!(names(1), ["notice-b-closed.eml"]);
    let opened = read(folder.path(), "notice-b-closed.eml").unwrap().unwrap();
    assert_eq!(opened.head, list(folder.path(), 1).unwrap()[0]);
    assert_eq!(opened.head.to, "liu@hospital.example");
    assert!(opened.head.subject.contains("返修单已关闭"), "{}", opened.head.subject);
    assert_eq!(opened.head.date, Some(DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(3)));
    assert!(opened.html.contains("<html") && opened.text.contains("MCU24-19K03-00917"));
}

#[test]
fn names_lead_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("mail");
    std::fs::create_dir(&inner).unwrap();
    let mail = letter("notice-a", 0).formatted();
    for place in [inner.join("a.eml"), folder.path().join("secret.eml"), inner.join(".hidden.eml")] {
        std::fs::write(place, &mail).unwrap();
    }
    let secret = folder.path().join("secret.eml");
    for name in
        ["../secret.eml", ".hidden.eml", "a.eml/", "./a.eml", "a", "", "b.eml", "..\\secret.eml", "a.eml\0"]
    {
        assert_eq!(read(&inner, name).unwrap(), None, "{name:?}");
    }
    assert_eq!(read(&inner, secret.to_str().unwrap()).unwrap(), None);
    assert!(read(&inner, "a.eml").unwrap().is_some());
}
