use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use clap::Args;
use whatscrap_web::Rates;

use super::values::number;

const SOME: RangeInclusive<NonZeroU32> = NonZeroU32::MIN..=NonZeroU32::MAX;

/// How much one person may do. Counts and sizes hold always; rates only with `RATE_LIMITS=on`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Characters of a message; at most 16000, so that one fits into a WebSocket frame
    #[arg(long, env, default_value_t = 4_000, value_parser = number(1_usize..=16_000))]
    pub max_body_chars: usize,

    /// Minutes for which authors may edit and delete their messages [default: for ever]
    #[arg(long, env, value_parser = number(1_u32..=525_600))]
    pub edit_window_minutes: Option<u32>,

    /// People of a direct room, oneself included
    #[arg(long, env, default_value_t = 10, value_parser = number(2_usize..=50))]
    pub max_direct_people: usize,

    /// Megabytes of a file that somebody uploads
    #[arg(long, env, default_value_t = 25, value_parser = number(1_usize..=1_024))]
    pub max_upload_mb: usize,

    /// Megabytes of all files that somebody has sent; a file counts at least 4 KiB
    #[arg(long, env, default_value_t = 1_024, value_parser = number(1_u64..=1_048_576))]
    pub max_storage_mb_per_user: u64,

    /// WebSockets one person may have open, on each node
    #[arg(long, env, default_value_t = 10, value_parser = number(1_usize..=10_000))]
    pub max_sockets_per_user: usize,

    /// Messages one person may post a second
    #[arg(long, env, default_value = "5", value_parser = number(SOME))]
    pub max_posts_per_second: NonZeroU32,

    /// Messages one person may post at once after a pause
    #[arg(long, env, default_value = "20", value_parser = number(SOME))]
    pub max_posts_at_once: NonZeroU32,

    /// Frames one WebSocket may send a second
    #[arg(long, env, default_value = "20", value_parser = number(SOME))]
    pub max_frames_per_second: NonZeroU32,

    /// Frames one WebSocket may send at once after a pause
    #[arg(long, env, default_value = "60", value_parser = number(SOME))]
    pub max_frames_at_once: NonZeroU32,

    /// Direct rooms one person may begin an hour
    #[arg(long, env, default_value = "30", value_parser = number(SOME))]
    pub max_direct_rooms_per_hour: NonZeroU32,

    /// Invitations one person may make an hour
    #[arg(long, env, default_value = "30", value_parser = number(SOME))]
    pub max_invitations_per_hour: NonZeroU32,

    /// Accounts that may be made from one address an hour
    #[arg(long, env, default_value = "10", value_parser = number(SOME))]
    pub max_registrations_per_hour: NonZeroU32,

    /// Searches one person may make a minute
    #[arg(long, env, default_value = "60", value_parser = number(SOME))]
    pub max_searches_per_minute: NonZeroU32,
}

impl Limits {
    /// The rates among them.
    pub(super) fn rates(&self) -> Rates {
        Rates {
            posts: self.max_posts_per_second,
            post_burst: self.max_posts_at_once,
            frames: self.max_frames_per_second,
            frame_burst: self.max_frames_at_once,
            direct_rooms: self.max_direct_rooms_per_hour,
            invitations: self.max_invitations_per_hour,
            registrations: self.max_registrations_per_hour,
            searches: self.max_searches_per_minute,
        }
    }
}
