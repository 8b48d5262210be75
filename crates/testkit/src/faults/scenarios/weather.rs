use std::time::Duration;

use crate::faults::proxy::{Proxy, Weather};
use crate::faults::{Crowd, History, Load, Report, Supervisor, lasts};
use crate::{Launch, Site};

/// How long each weather lasts, and who talks through it.
#[derive(Debug, Clone)]
pub struct BadNetwork {
    /// Each weather, and the fair one after it.
    pub time: Duration,
    /// Nothing passes, and nobody is told.
    pub black_hole: Duration,
    /// The people.
    pub load: Load,
}

impl BadNetwork {
    /// Seconds.
    pub fn short() -> Self {
        Self {
            time: Duration::from_secs(2),
            black_hole: Duration::from_secs(2),
            load: Load {
                seed: 9,
                ..Load::default()
            },
        }
    }

    /// Long enough that both sides give up what is half open.
    pub fn long() -> Self {
        Self {
            time: Duration::from_secs(15),
            black_hole: Duration::from_secs(60),
            load: Load {
                senders: 20,
                readers: 10,
                ..Self::short().load
            },
        }
    }

    /// R9: people talk through every bad network there is.
    pub async fn run(&self, launch: &Launch, history: &History) -> Report {
        let mut supervisor = Supervisor::start(launch, history).await;
        let proxy = Proxy::before(&supervisor.process.origin, self.load.seed).await;
        let site = Site::at(proxy.origin.as_str());
        let mut crowd = Crowd::gather(&site, &self.load, history).await;
        crowd.speak(true);
        for (weather, time) in self.weathers() {
            supervisor.breaks();
            proxy.turns(weather);
            lasts(time).await;
            supervisor.mends();
            proxy.turns(Weather::default());
            lasts(self.time / 2).await;
        }
        crowd.settles(Duration::from_mins(1)).await;
        let end = crowd.reads_everything(&supervisor.process).await;
        let peak = supervisor.peak_mib();
        Report::of("R9: bad network", &self.load, history, &end, peak)
    }

    fn weathers(&self) -> [(Weather, Duration); 6] {
        let far = Weather {
            delay: Duration::from_millis(200),
            jitter: Duration::from_millis(200),
            ..Weather::default()
        };
        let stalling = Weather {
            stall: Duration::from_secs(1),
            stalls: 0.02,
            ..far.clone()
        };
        let resetting = Weather {
            resets: 0.01,
            ..far.clone()
        };
        let narrow = Weather {
            bytes_per_second: Some(64_000 / 8),
            ..Weather::default()
        };
        let forgetful = Weather {
            lost_acks: 0.05,
            ..Weather::default()
        };
        [
            (far, self.time),
            (stalling, self.time),
            (resetting, self.time),
            (narrow, self.time),
            (forgetful, self.time),
            (Weather::black_hole(), self.black_hole),
        ]
    }
}
