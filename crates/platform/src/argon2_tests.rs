use super::*;

fn cheap() -> Argon2id {
    Argon2id::costing(Cost {
        memory_kib: 64,
        passes: 2,
        lanes: 1,
    })
}

fn stored(hash: impl Into<String>) -> StoredHash {
    StoredHash(hash.into())
}

async fn verify(password: &str, hash: &StoredHash) -> Verified {
    cheap().verify(password, Some(hash)).await.unwrap()
}

#[tokio::test]
async fn people_get_argon2id_at_the_recommended_cost_with_a_salt_of_their_own() {
    let hasher = Argon2id::default();
    let (one, two) = (
        hasher.hash("a secret").await.unwrap(),
        hasher.hash("a secret").await.unwrap(),
    );
    assert!(one.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(one != two);
    assert_eq!(PasswordHash::new(&one.0).unwrap().salt.unwrap().len(), 16);
    assert_eq!(
        hasher.verify("a secret", Some(&one)).await.unwrap(),
        Verified::Yes
    );
}

#[tokio::test]
async fn only_the_password_itself_is_the_password() {
    let hash = cheap().hash("a secret").await.unwrap();
    assert_eq!(verify("a secret", &hash).await, Verified::Yes);
    for other in ["A secret", "a secret ", "", &"x".repeat(1024)] {
        assert_eq!(verify(other, &hash).await, Verified::No);
    }
}

#[tokio::test]
async fn no_hash_is_nobodys_password() {
    assert_eq!(
        cheap().verify("a secret", None).await.unwrap(),
        Verified::No
    );
}

#[tokio::test]
async fn a_hash_of_less_work_is_weak() {
    let hash = cheap().hash("a secret").await.unwrap();
    let verified = Argon2id::default().verify("a secret", Some(&hash)).await;
    assert_eq!(verified.unwrap(), Verified::YesButWeak);
}

#[tokio::test]
async fn what_the_original_stored_is_verified_and_weak() {
    let plain = stored(bcrypt::hash("a secret", 4).unwrap());
    let digest = format!("{:x}", Sha256::digest("a secret"));
    let digested = stored(bcrypt::hash(digest, 4).unwrap());
    for hash in [plain, digested] {
        assert_eq!(verify("a secret", &hash).await, Verified::YesButWeak);
        assert_eq!(verify("another", &hash).await, Verified::No);
    }
}

#[tokio::test]
async fn damaged_hashes_and_absurd_costs_are_refused() {
    let salt_and_hash = "c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    let argon2 = |costs: &str| stored(format!("$argon2id$v=19${costs}${salt_and_hash}"));
    let bcrypt = format!("$2b$31${}", ".".repeat(53));
    for hash in [
        argon2("m=4194304,t=2,p=1"),
        argon2("m=65536,t=4294967295,p=1"),
        argon2("m=65536,t=3,p=255"),
        stored(bcrypt),
        stored("$2b$04$short"),
        stored("plain text"),
        stored(""),
    ] {
        let refused = cheap().verify("a secret", Some(&hash)).await;
        assert!(matches!(refused, Err(HashError::Backend(_))), "{}", hash.0);
    }
}
