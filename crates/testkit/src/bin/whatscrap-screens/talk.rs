//! What people say on the pictures.

/// A morning in a room of gardeners: who said what. `^` answers the message before.
pub(crate) const GARDEN: &[(&str, &str)] = &[
    ("ben", "Good morning! The first frost is due on Thursday."),
    (
        "ben",
        "Could somebody bring the lemon trees in before then?",
    ),
    (
        "ada",
        "I can, on Wednesday after work. They are heavier than they look, so a second pair of hands would be lovely.",
    ),
    ("cleo", "^Count me in. I have the trolley, too 🛒"),
    ("ada", "Perfect"),
    ("ada", "What about the tomatoes?"),
    (
        "ben",
        "They are done for this year. I picked the last green ones yesterday:\n- two boxes for chutney\n- one for whoever wants to let them ripen on the window sill",
    ),
    (
        "maximiliane",
        "^The window sill is taken by my chillies, but I know a good recipe: https://example.org/green-tomato-chutney",
    ),
    ("yuki", "楽しみです!"),
    ("omar", "أحضر البرطمانات يوم السبت"),
    (
        "ada",
        "@ben, could you put the *date* on the list? Then I will tell the allotment next door.",
    ),
    ("cleo", "🍋"),
    ("ben", "Done. Thank you, @ada!"),
];

/// The same people on files.
pub(crate) const CAPTIONS: [&str; 2] = ["The hill, this morning", "And three from the walk home"];

/// What markup can do.
pub(crate) const PROSE: &[(&str, &str)] = &[
    (
        "ben",
        "# The watering plan\nEverybody takes **one week**, from _Monday to Sunday_:\n1. Ada\n2. Cleo\n3. Ben",
    ),
    (
        "ada",
        "The pump can be asked, too:\n```rust\nfn is_dry(moisture: f32) -> bool {\n    // Below a third the herbs begin to suffer, the tomatoes a little later than that.\n    moisture < 0.33\n}\n```",
    ),
    (
        "cleo",
        "> Everybody takes one week\n\nI am away in the ~~third~~ second. `is_dry` is a nice name.",
    ),
    ("ada", "🌱"),
    (
        "ben",
        "See [the notes](https://example.com/notes) and mail garden@example.org",
    ),
    (
        "dora",
        "supercalifragilisticexpialidocioussupercalifragilisticexpialidocioussupercalifragilisticexpialidocious",
    ),
];

/// From over the fence.
pub(crate) const NEIGHBOURS: &[(&str, &str)] = &[
    (
        "dora",
        "The fence is painted. Mind the gate until it is dry!",
    ),
    (
        "omar",
        "Thank you! @ada, there are pumpkins left for you beside it.",
    ),
];

/// News for who was away.
pub(crate) const NEWS: &[(&str, &str)] = &[
    ("ben", "The seeds are here"),
    ("cleo", "Which ones did we get in the end?"),
    (
        "ben",
        "Beans, peas, and a sunflower that is said to grow four metres",
    ),
    ("dora", "@ada, yours are in the shed"),
];
