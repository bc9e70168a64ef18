//! Worlds that broke a law once: each is a fault of a kind, told in the steps that it took.

use super::script::Act::*;
use super::script::{Ports, Script, Step};
use super::*;

/// The same on other ports than those of the seed.
const FOUND_WITH_DOCUMENTS: [(&str, u64, &[Step]); 3] = [
    (
        "a draft in git was taken for what a pull had merged with the champion, so that no push was to be had",
        98,
        &[Step(Watch, 3183754381), Step(SaveAndPromote, 3487132837)],
    ),
    (
        "a draft that a run had pushed before it died was not known again under reformatted code",
        9003590,
        &[
            Step(Pull, 1065789055),
            Step(Edit, 2380574987),
            Step(Edit, 3351719823),
            Step(Sync, 1125116828),
            Step(Commit, 1219405692),
            Step(Look, 342868012),
        ],
    ),
    (
        "a pull failed each time where a draft and the champion that overtook it come from an earlier base",
        15505610,
        &[
            Step(SaveAndPromote, 2768566267),
            Step(Sync, 2113981304),
            Step(SaveAndPromote, 1412950247),
            Step(Sync, 4100971082),
            Step(Edit, 4024931243),
            Step(Commit, 3486149301),
        ],
    ),
];

/// Worlds that broke a law once: what it was, the seed, and the steps that were left.
const FOUND: [(&str, u64, &[Step]); 47] = [
    (
        "every command was refused for a score without files that was gone from Plexus",
        9030748,
        &[
            Step(RestoreVersion, 4134435381),
            Step(PullVersion, 2646862171),
            Step(Add, 3463531797),
            Step(Undo, 1733580387),
            Step(Remove, 3032529686),
        ],
    ),
    (
        "git brought the files of a teammate who had not pulled a swap, and one of the two was edited",
        8015697,
        &[
            Step(Pull, 1589006648),
            Step(SwapNames, 1683280192),
            Step(Pull, 3948881168),
            Step(Edit, 4211628636),
            Step(Edit, 1428811932),
            Step(TakeFiles, 1338738094),
            Step(Watch, 3649894582),
            Step(CycleNames, 1092128965),
        ],
    ),
    (
        "a restore brought a score what another one had in its place before names were swapped",
        7014240,
        &[Step(Watch, 1416280912), Step(Restore, 3816985161), Step(Rename, 615580105)],
    ),
    (
        "an undo that came late left a score whose name was swapped where the other one's file came to lie",
        6016604,
        &[
            Step(Pull, 2695345608),
            Step(Pull, 1478028552),
            Step(CycleNames, 2050067429),
            Step(Sync, 2996901653),
            Step(Undo, 2329020990),
            Step(Edit, 1929116146),
            Step(Sync, 3098906579),
            Step(Sync, 3485884612),
            Step(Undo, 2812826797),
        ],
    ),
    ("a desk that had pulled only documents was taken for one whose root was emptied", 10, &[Step(Pull, 1840946248)]),
    (
        "a deleted score took the files of the one whose name it got",
        997,
        &[Step(Pull, 3428539249), Step(DeleteScore, 717109360), Step(CycleNames, 37088720), Step(Pull, 248117933)],
    ),
    (
        "an undo of half a circle of names left a file where another score belongs",
        13627,
        &[
            Step(Sync, 19476374),
            Step(CycleNames, 2674818600),
            Step(EditAlike, 1473673334),
            Step(Sync, 1914277920),
            Step(Undo, 3083379168),
        ],
    ),
    (
        "an undo during which somebody saved took back half of two names that were swapped",
        690,
        &[Step(Pull, 1416582583), Step(SwapNames, 2281773813), Step(Sync, 2359070484), Step(Undo, 3058946542)],
    ),
    (
        "a score whose files were deleted took those of another one that got its name",
        126,
        &[Step(Pull, 4046348694), Step(DeleteScore, 3151791098), Step(CycleNames, 4166260129)],
    ),
    (
        "a score did not come back whose files were deleted while a restore of it was unfinished",
        12568,
        &[
            Step(Sync, 1443835009),
            Step(CycleNames, 4290706799),
            Step(Sync, 2180532733),
            Step(Restore, 4157930896),
            Step(DeleteScore, 2044189098),
        ],
    ),
    (
        "a score waited for the place of one that is gone and edited, and nobody made room",
        16320,
        &[Step(PullVersion, 184371689), Step(CycleNames, 3305954114), Step(Edit, 1941736663), Step(Remove, 725619932)],
    ),
    (
        "a deleted score that was renamed did not come back",
        1044,
        &[Step(Pull, 3186258990), Step(Delete, 2569140836), Step(Rename, 1629554884)],
    ),
    (
        "a deleted score whose name another one got did not come back",
        26,
        &[Step(Pull, 2727626567), Step(DeleteScore, 2765386270), Step(Watch, 3378909382)],
    ),
    (
        "a restore died after it had written a file, that was edited, and what had been replaced was dropped as never touched",
        2000845,
        &[
            Step(SaveAndPromote, 220097670),
            Step(Pull, 577097934),
            Step(RestoreVersion, 191760268),
            Step(Edit, 1643576111),
            Step(Edit, 3256607701),
        ],
    ),
    (
        "a watch did not see that Plexus went back to the champion that was there before its own",
        2000493,
        &[Step(Watch, 3789734537)],
    ),
    (
        "a watch left files where they were that had been renamed before its start, and others had no place",
        2000999,
        &[Step(Pull, 2186581356), Step(CycleNames, 321912741), Step(Watch, 39800060)],
    ),
    (
        "a version of a deleted score was restored into the file of another one that had not moved yet, and pushed for that one",
        2004648,
        &[Step(Sync, 4198298405), Step(DeleteScore, 4153668442), Step(CycleNames, 3267187641), Step(RestoreVersion, 4222215642)],
    ),
    (
        "names were exchanged, the state refused, somebody edited, and half of it moved",
        3000107,
        &[Step(Pull, 239235573), Step(Watch, 1433982626), Step(Pull, 1400463623), Step(Edit, 2206806743), Step(Edit, 1027649340)],
    ),
    (
        "names were exchanged, the state refused, somebody deleted, and half of it moved",
        3003091,
        &[Step(Pull, 1751533683), Step(CycleNames, 2511426949), Step(Sync, 3544970254), Step(Delete, 76268909)],
    ),
    (
        "after an undo two scores were said to have their files in one place, and one's text was pushed for the other",
        4008285,
        &[Step(Watch, 1972296175), Step(DeleteScore, 575026762), Step(PullVersion, 2888678719), Step(Undo, 2609294833)],
    ),
    (
        "a watch left out who waits for a place that is taken",
        2003536,
        &[Step(Pull, 595311109), Step(EditAlike, 4124745681), Step(Watch, 1698457956)],
    ),
    (
        "a watch freed a place and forgot who waited for it",
        2000297,
        &[Step(Sync, 1415447758), Step(New, 4251843708), Step(CycleNames, 920097427), Step(Watch, 330559240)],
    ),
    (
        "a sync merged and pushed one score and failed for another, and what it had merged was nobody's",
        5012956,
        &[
            Step(Remove, 2057556332),
            Step(SaveAndPromote, 1715248696),
            Step(Pull, 3701014775),
            Step(SaveAndPromote, 1195015872),
            Step(Pull, 1482144680),
            Step(EditBoth, 1257703479),
            Step(Rename, 3505615423),
            Step(Edit, 3942559495),
            Step(Sync, 1239851642),
            Step(Edit, 2277491080),
        ],
    ),
    (
        "a preview of a promoting push left out a draft of which something was still to be recorded",
        5003524,
        &[
            Step(SaveAndPromote, 4286675036),
            Step(Watch, 4146025419),
            Step(Sync, 2550588510),
            Step(PromoteAny, 951608492),
            Step(PushAndPromote, 954145230),
        ],
    ),
    (
        "files of a removed score that said what another one's version says were taken for that one's, whose own lay beside them",
        5030576,
        &[
            Step(Prune, 2440944739),
            Step(Pull, 982981352),
            Step(SwapNames, 3868837815),
            Step(EditBoth, 3554681848),
            Step(Remove, 1460802862),
            Step(LoseState, 4102181848),
        ],
    ),
    (
        "a renamed score without guidelines could never be pulled where guidelines of nobody lay and its champion had some",
        12021254,
        &[
            Step(Pull, 419901737),
            Step(Edit, 4010199728),
            Step(Undo, 1339182489),
            Step(Watch, 751537167),
            Step(SwapNames, 715368604),
            Step(RenameFile, 1017126673),
            Step(Pull, 647853397),
            Step(Push, 612782798),
        ],
    ),
    (
        "a restore brought a score what was replaced in its old place after another one had come there, in the same run",
        15402502,
        &[
            Step(Sync, 3760134827),
            Step(Resolve, 1057206000),
            Step(SwapNames, 2392042934),
            Step(Sync, 1308437677),
            Step(Remove, 2752678464),
            Step(Restore, 304945019),
        ],
    ),
    (
        "a version of a score that was never pulled was restored over the files of one that had yet to move",
        15132554,
        &[
            Step(Rename, 2403865768),
            Step(Pull, 1983765815),
            Step(CycleNames, 841037450),
            Step(RestoreVersion, 1512487310),
            Step(PushAndPromote, 3382177498),
        ],
    ),
    (
        "a pull wrote all files of two names that were exchanged, could not say so, and one of them was deleted",
        15516218,
        &[Step(PullVersion, 1863920100), Step(SwapNames, 937884892), Step(Pull, 1366445214), Step(Delete, 174271159)],
    ),
    (
        "a version of a score that was never pulled was restored, and names went round: the text was taken for the next one's",
        15724281,
        &[
            Step(SaveAndPromote, 550388279),
            Step(RestoreVersion, 1049621545),
            Step(Pull, 1136405847),
            Step(New, 3047550174),
            Step(CycleNames, 3752944036),
            Step(RenameFile, 2954448427),
        ],
    ),
    (
        "the same after an undo that could not take back a file",
        15734619,
        &[
            Step(Sync, 3057591245),
            Step(Undo, 861130175),
            Step(EditBoth, 704390289),
            Step(RestoreVersion, 2287731040),
            Step(SwapNames, 2310415425),
            Step(Watch, 1770737039),
        ],
    ),
    (
        "a file that somebody typed in conflict was taken for an edit of the score that got its name",
        15738829,
        &[
            Step(RestoreVersion, 559160569),
            Step(EditAlike, 3976729730),
            Step(Sync, 2130992446),
            Step(DeleteScore, 2310172186),
            Step(SwapNames, 195786278),
        ],
    ),
    (
        "git brought the text of a score that was never pulled, and one score was pushed, which was not compared with that",
        15866511,
        &[
            Step(Pull, 3664486530),
            Step(CycleNames, 47047548),
            Step(Sync, 1523750764),
            Step(TakeFiles, 2027905666),
            Step(RenameScorecard, 3928725719),
            Step(PushAndPromote, 763835157),
        ],
    ),
    (
        "a version was restored of a score that was then removed, and its file was taken for that of who got its name",
        15763218,
        &[
            Step(Pull, 2708164415),
            Step(RestoreVersion, 1381260100),
            Step(SameName, 3600675747),
            Step(Remove, 2220690385),
            Step(Remove, 1655303628),
            Step(DeleteScore, 3983758948),
        ],
    ),
    (
        "an editor saved a few lines of what it had read before names went round, which were nobody's else",
        15615543,
        &[Step(Watch, 22055191), Step(CycleNames, 4209685722), Step(Sync, 3055142547), Step(Edit, 1661021244)],
    ),
    (
        "an editor saved a file while its place went to another score, and the scorecard was renamed",
        15164374,
        &[
            Step(Pull, 2621364201),
            Step(Edit, 2345109888),
            Step(CycleNames, 2257395419),
            Step(Sync, 155380600),
            Step(RenameScorecard, 3507979369),
            Step(Pull, 2626803757),
        ],
    ),
    (
        "a run died after it had written a file that somebody then edited, and names were swapped",
        15967611,
        &[
            Step(Sync, 396125508),
            Step(Undo, 3904783443),
            Step(Edit, 535799092),
            Step(Promote, 2454328053),
            Step(RenameScorecard, 4153395008),
            Step(Pull, 3252666139),
            Step(Edit, 518276587),
            Step(SwapNames, 53066832),
        ],
    ),
    (
        "an editor saved some lines of what another score's edited file had said",
        15985684,
        &[
            Step(Watch, 1581402595),
            Step(Watch, 1031161137),
            Step(Watch, 2144030906),
            Step(Sync, 4283305496),
            Step(SwapNames, 1018027717),
            Step(Pull, 704536642),
        ],
    ),
    (
        "guidelines were saved that another score had in that place before its champion lost them",
        16009703,
        &[
            Step(Pull, 416019456),
            Step(SaveAndPromote, 2334040551),
            Step(CycleNames, 514911458),
            Step(Pull, 1744834057),
            Step(Undo, 2902034218),
            Step(Delete, 3262147892),
            Step(Edit, 379078296),
        ],
    ),
    (
        "a score whose champion a dead run had written belongs where the files of another one were deleted",
        16066043,
        &[
            Step(Pull, 2693704539),
            Step(CycleNames, 1660628933),
            Step(DeleteScore, 2161674821),
            Step(Pull, 1216841962),
            Step(Edit, 2386952691),
        ],
    ),
    (
        "a restore died after it had written a file that somebody then edited, and names were swapped",
        16145243,
        &[
            Step(RestoreVersion, 2392142791),
            Step(PushAndPromote, 1597529366),
            Step(Undo, 3262182506),
            Step(RestoreVersion, 1014140090),
            Step(SwapNames, 3593580329),
            Step(Add, 655642006),
            Step(Remove, 943067836),
            Step(Watch, 3015447186),
        ],
    ),
    (
        "a version was named by its whole id, and another one's id began with it",
        16199932,
        &[
            Step(Sync, 3355508150),
            Step(SwapNames, 1159685858),
            Step(Watch, 2238968350),
            Step(Sync, 3971065353),
            Step(TakeFiles, 757116286),
            Step(Add, 1359691540),
            Step(Save, 2863634451),
            Step(Save, 1093363685),
        ],
    ),
    (
        "guidelines were taken for those of a score that got their name while the state was lost, and edited",
        15501680,
        &[
            Step(Watch, 866889479),
            Step(SaveAndPromote, 2879952649),
            Step(LoseState, 3205237801),
            Step(SwapNames, 1114436879),
            Step(Delete, 3276742413),
        ],
    ),
    (
        "the same, decided for the dashboard",
        15659369,
        &[
            Step(Pull, 3019478551),
            Step(SwapNames, 1281276245),
            Step(LoseState, 1559000204),
            Step(SaveAndPromote, 1187569662),
            Step(Resolve, 3947548439),
        ],
    ),
    (
        "the same beside code that was restored",
        16088247,
        &[Step(Watch, 2545279198), Step(SwapNames, 3373170100), Step(LoseState, 2897855709), Step(RestoreVersion, 3521837825)],
    ),
    (
        "the same after names went round, and the code was deleted",
        16192123,
        &[
            Step(SaveAndPromote, 152332817),
            Step(Pull, 1347367717),
            Step(CycleNames, 1326376408),
            Step(LoseState, 4112596223),
            Step(Delete, 3258667225),
        ],
    ),
    (
        "the same of a version that was restored and never pulled",
        16183398,
        &[
            Step(RestoreVersion, 1485082050),
            Step(CycleNames, 2010927578),
            Step(Delete, 2653931454),
            Step(SaveAndPromote, 1258482640),
            Step(Edit, 3982021074),
        ],
    ),
];

/// Texts of scores that were not synced, where the state was removed or an undo was left half done. They are lived whole.
const FOUND_WHOLE: [u64; 3] = [15509375, 15611745, 15646732];

#[test]
fn worlds_that_broke_a_law_keep_it() {
    let whole = FOUND_WHOLE.map(|seed| ("a file that was not synced was taken for another score's", Script::of(seed)));
    let found = FOUND.map(|(what, seed, steps)| (what, Script::of(seed).with(steps.to_vec())));
    let with_documents =
        FOUND_WITH_DOCUMENTS.map(|(what, seed, steps)| (what, Script::on(Ports::Documents, seed).with(steps.to_vec())));
    for (what, script) in found.into_iter().chain(whole).chain(with_documents) {
        let life = live(&script);
        assert_eq!(life.end, Ok(()), "{what}\n{}", life.trace.join("\n"));
    }
}
