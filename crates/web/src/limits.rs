use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use whatscrap_realtime::{Spending, Spent};
use whatscrap_users::UserId;

use crate::problem::Problem;

/// How often things may be done.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Posts a second, of one person.
    pub posts: NonZeroU32,
    /// Posts at once, of one person.
    pub post_burst: NonZeroU32,
    /// Frames a second, on one socket; previews a second, of one person.
    pub frames: NonZeroU32,
    /// Frames at once, on one socket; previews at once, of one person.
    pub frame_burst: NonZeroU32,
    /// Direct rooms an hour that one person begins.
    pub direct_rooms: NonZeroU32,
    /// Invitations an hour, of one person.
    pub invitations: NonZeroU32,
    /// Registrations an hour, from one address.
    pub registrations: NonZeroU32,
    /// Searches a minute, of one person.
    pub searches: NonZeroU32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            posts: NonZeroU32::new(5).expect("not zero"),
            post_burst: NonZeroU32::new(20).expect("not zero"),
            frames: NonZeroU32::new(20).expect("not zero"),
            frame_burst: NonZeroU32::new(60).expect("not zero"),
            direct_rooms: NonZeroU32::new(30).expect("not zero"),
            invitations: NonZeroU32::new(30).expect("not zero"),
            registrations: NonZeroU32::new(10).expect("not zero"),
            searches: NonZeroU32::new(60).expect("not zero"),
        }
    }
}

/// Counts what people and addresses do. With the rates off, everything may be done.
pub(crate) struct Limits {
    counters: Option<Counters>,
    spending: Arc<Spending>,
}

struct Counters {
    rates: Rates,
    posts: DefaultKeyedRateLimiter<UserId>,
    direct_rooms: DefaultKeyedRateLimiter<UserId>,
    invitations: DefaultKeyedRateLimiter<UserId>,
    registrations: DefaultKeyedRateLimiter<IpAddr>,
    searches: DefaultKeyedRateLimiter<UserId>,
    previews: DefaultKeyedRateLimiter<UserId>,
}

impl Limits {
    /// Counts by these rates; what is counted here is told to the other nodes.
    pub(crate) fn new(rates: Option<Rates>, spending: Arc<Spending>) -> Self {
        let counters = rates.map(|rates| Counters {
            rates,
            posts: RateLimiter::keyed(Quota::per_second(rates.posts).allow_burst(rates.post_burst)),
            direct_rooms: RateLimiter::keyed(Quota::per_hour(rates.direct_rooms)),
            invitations: RateLimiter::keyed(Quota::per_hour(rates.invitations)),
            registrations: RateLimiter::keyed(Quota::per_hour(rates.registrations)),
            searches: RateLimiter::keyed(Quota::per_minute(rates.searches)),
            previews: RateLimiter::keyed(frames(&rates)),
        });
        Self { counters, spending }
    }

    /// Counts what people did on other nodes, as far as it is not too much already. For ever.
    pub(crate) async fn count_elsewhere(&self) {
        loop {
            for (spent, times) in self.spending.elsewhere().await {
                let counters = self.counters.iter();
                counters.for_each(|counters| counters.spend(spent, times));
            }
        }
    }

    /// Counts a post, or says how long to wait.
    pub(crate) fn post(&self, user: UserId) -> Result<(), Problem> {
        self.counters.as_ref().map_or(Ok(()), |counters| {
            let title = "you are writing too fast: wait a moment";
            count(&counters.posts, &user, title)?;
            self.spending.note(Spent::Post(user));
            Ok(())
        })
    }

    /// Counts a direct room that is about to be made, or says how long to wait.
    pub(crate) fn direct_room(&self, user: UserId) -> Result<(), Problem> {
        self.counters.as_ref().map_or(Ok(()), |counters| {
            let title = "you have begun many conversations in a short time: wait a while";
            count(&counters.direct_rooms, &user, title)?;
            self.spending.note(Spent::DirectRoom(user));
            Ok(())
        })
    }

    /// Counts an invitation, or says how long to wait.
    pub(crate) fn invitation(&self, user: UserId) -> Result<(), Problem> {
        self.counters.as_ref().map_or(Ok(()), |counters| {
            let title = "you have made many invitations in a short time: wait a while";
            count(&counters.invitations, &user, title)?;
            self.spending.note(Spent::Invitation(user));
            Ok(())
        })
    }

    /// Counts a registration, or says how long to wait. An IPv6 address counts as its /64.
    pub(crate) fn registration(&self, address: IpAddr) -> Result<(), Problem> {
        self.counters.as_ref().map_or(Ok(()), |counters| {
            let (title, from) = (
                "too many accounts were made from this address",
                network(address),
            );
            count(&counters.registrations, &from, title)?;
            self.spending.note(Spent::Registration(from));
            Ok(())
        })
    }

    /// Counts a search, or says how long to wait.
    pub(crate) fn search(&self, user: UserId) -> Result<(), Problem> {
        self.counters.as_ref().map_or(Ok(()), |counters| {
            let title = "you are searching too fast: wait a moment";
            count(&counters.searches, &user, title)?;
            self.spending.note(Spent::Search(user));
            Ok(())
        })
    }

    /// Counts a preview, or says how long to wait.
    pub(crate) fn preview(&self, user: UserId) -> Result<(), Problem> {
        self.counters.as_ref().map_or(Ok(()), |counters| {
            let title = "you are asking for previews too fast: wait a moment";
            count(&counters.previews, &user, title)
        })
    }

    /// A counter for the frames of one socket.
    pub(crate) fn frames(&self) -> FrameLimit {
        let counters = self.counters.as_ref();
        FrameLimit(counters.map(|counters| RateLimiter::direct(frames(&counters.rates))))
    }

    /// Forgets those who have been quiet.
    pub(crate) fn forget_the_quiet(&self) {
        if let Some(Counters {
            posts,
            direct_rooms,
            invitations,
            registrations,
            searches,
            previews,
            ..
        }) = &self.counters
        {
            posts.retain_recent();
            direct_rooms.retain_recent();
            invitations.retain_recent();
            registrations.retain_recent();
            searches.retain_recent();
            previews.retain_recent();
        }
    }
}

impl Counters {
    fn spend(&self, spent: Spent, times: u32) {
        match spent {
            Spent::Post(user) => spend(&self.posts, &user, times),
            Spent::DirectRoom(user) => spend(&self.direct_rooms, &user, times),
            Spent::Invitation(user) => spend(&self.invitations, &user, times),
            Spent::Search(user) => spend(&self.searches, &user, times),
            Spent::Registration(address) => spend(&self.registrations, &address, times),
        }
    }
}

fn spend<K: Clone + Eq + Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K, times: u32) {
    let mut times = 0..times;
    while times.next().is_some() && limiter.check_key(key).is_ok() {}
}

/// How often [`Limits::forget_the_quiet`] is worth its work.
pub(crate) const FORGET_EVERY: Duration = Duration::from_mins(1);

/// Counts the frames of one socket.
pub(crate) struct FrameLimit(Option<DefaultDirectRateLimiter>);

impl FrameLimit {
    /// Counts a frame: whether it may still be taken.
    pub(crate) fn allows(&self) -> bool {
        self.0
            .as_ref()
            .is_none_or(|limiter| limiter.check().is_ok())
    }
}

fn frames(rates: &Rates) -> Quota {
    Quota::per_second(rates.frames).allow_burst(rates.frame_burst)
}

fn count<K: Clone + Eq + Hash>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
    title: &'static str,
) -> Result<(), Problem> {
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        Problem::rate_limited(title, wait)
    })
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use whatscrap_kernel::{Ids, SequentialIds};

    #[test]
    fn posts_beyond_the_burst_are_told_how_long_to_wait() {
        let limits = Limits::new(Some(Rates::default()), Arc::default());
        let user = UserId(SequentialIds::default().next());
        for _ in 0..20 {
            limits.post(user).unwrap();
        }
        let problem = limits.post(user).unwrap_err();
        assert_eq!(problem.code, "rate_limited");
        assert!(problem.retry_after.unwrap() <= Duration::from_millis(200));
    }

    #[test]
    fn rooms_and_invitations_are_counted_apart_and_for_each_person() {
        let limits = Limits::new(Some(Rates::default()), Arc::default());
        let ids = SequentialIds::default();
        let (ada, ben) = (UserId(ids.next()), UserId(ids.next()));
        for _ in 0..30 {
            limits.direct_room(ada).unwrap();
        }
        let problem = limits.direct_room(ada).unwrap_err();
        assert!(problem.retry_after.unwrap() <= Duration::from_mins(2));
        limits.direct_room(ben).unwrap();
        for _ in 0..30 {
            limits.invitation(ada).unwrap();
        }
        assert!(limits.invitation(ada).is_err());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_their_registrations() {
        let limits = Limits::new(Some(Rates::default()), Arc::default());
        for host in 0..10 {
            limits
                .registration(format!("2001:db8::{host}").parse().unwrap())
                .unwrap();
        }
        assert!(
            limits
                .registration("2001:db8::ffff".parse().unwrap())
                .is_err()
        );
        assert!(
            limits
                .registration("2001:db8:0:1::1".parse().unwrap())
                .is_ok()
        );
    }

    #[test]
    fn what_is_done_on_other_nodes_counts_here() {
        let limits = Limits::new(Some(Rates::default()), Arc::default());
        let user = UserId(SequentialIds::default().next());
        let counters = limits.counters.as_ref().unwrap();
        counters.spend(Spent::Post(user), 19);
        limits.post(user).unwrap();
        assert!(limits.post(user).is_err());
        counters.spend(Spent::Post(user), u32::MAX);
    }

    #[test]
    fn without_rates_everything_may_be_done() {
        let limits = Limits::new(None, Arc::default());
        let frames = limits.frames();
        assert!((0..1_000).all(|_| frames.allows()));
    }
}
