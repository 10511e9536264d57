"""The page's style sheet. Colours are told once for light and once for dark; on paper it is light.

Each text colour has at least 4.5 : 1 of contrast on each ground it stands on (WCAG 2.2, 1.4.3); no fact is told
by colour alone.
"""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f8fa; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0;
  --good: #116329; --bad: #b3141d; --moved: #0550ae; --open: #7d4e00;
  --bad-1: #fff1f0; --bad-2: #ffd8d4; --bad-3: #ffb3ab; --good-1: #effcf2; --good-2: #cff5d8; --good-3: #9be9ad;
  --moved-1: #eef6ff; --moved-2: #d2e7ff; --moved-3: #a8d1ff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --raised: #161b22; --text: #e6edf3; --quiet: #9da7b1; --line: #3d444d;
    --good: #56d364; --bad: #ff8a80; --moved: #79c0ff; --open: #e3b341;
    --bad-1: #2d1416; --bad-2: #4b1a1c; --bad-3: #701f22;
    --good-1: #0f2417; --good-2: #123a1f; --good-3: #14532d;
    --moved-1: #0c1f36; --moved-2: #0c2d52; --moved-3: #0a3d73;
  }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff; --raised: #ffffff; --text: #000000; --quiet: #444444; --line: #999999;
    --good: #116329; --bad: #b3141d; --moved: #0550ae; --open: #7d4e00;
    --bad-1: #fff1f0; --bad-2: #ffd8d4; --bad-3: #ffb3ab;
    --good-1: #effcf2; --good-2: #cff5d8; --good-3: #9be9ad;
    --moved-1: #eef6ff; --moved-2: #d2e7ff; --moved-3: #a8d1ff;
  }
  section, tr, figure { break-inside: avoid; }
  .wide, pre { overflow: visible; }
  pre { white-space: pre-wrap; }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; overflow-wrap: anywhere;
}
h1 {
  font-size: 1.5rem; line-height: 1.3; margin: 0 0 .75rem; padding-left: .75rem;
  border-left: .4rem solid var(--open);
}
h1.failed, h1.drifted, h1.regressed { border-color: var(--bad); }
h1.unchanged, h1.reproduced, h1.recorded { border-color: var(--good); }
h1.changed { border-color: var(--moved); }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
p { margin: .5rem 0; }
.facts, footer, figcaption { color: var(--quiet); }
.warning { padding: .5rem .75rem; border: 1px solid var(--open); border-radius: .4rem; }
code, pre { font: .9em/1.5 ui-monospace, SFMono-Regular, Consolas, "Liberation Mono", monospace; }
code { background: var(--raised); border-radius: .3rem; padding: .1em .3em; }
pre {
  background: var(--raised); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem;
  overflow: auto;
}
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: middle; }
thead th { background: var(--raised); }
th[scope=row] { font-weight: 400; }
td.number { text-align: right; white-space: nowrap; }
td.good { color: var(--good); }
td.bad { color: var(--bad); }
td.moved { color: var(--moved); }
td.open { color: var(--open); }
.heat td { text-align: center; min-width: 4.5rem; white-space: nowrap; }
.worse-1 { background: var(--bad-1); }
.worse-2 { background: var(--bad-2); }
.worse-3 { background: var(--bad-3); }
.better-1 { background: var(--good-1); }
.better-2 { background: var(--good-2); }
.better-3 { background: var(--good-3); }
.off-1 { background: var(--moved-1); }
.off-2 { background: var(--moved-2); }
.off-3 { background: var(--moved-3); }
figure { margin: 1rem 0; }
svg { display: block; }
svg text { font: 11px ui-monospace, Consolas, "Liberation Mono", monospace; fill: var(--quiet); }
svg .name { fill: var(--text); }
.axis { stroke: var(--line); stroke-width: 1; fill: none; }
.range { fill: var(--line); }
.usual { fill: var(--quiet); opacity: .45; }
.mean { stroke: var(--text); stroke-width: 2; }
.now { fill: var(--moved); }
.now.bad { fill: var(--bad); }
.now.good { fill: var(--good); }
.now.open { fill: var(--open); }
.past { stroke: var(--quiet); stroke-width: 1.5; fill: none; } .dot { fill: var(--text); }
.accepted { stroke: var(--open); stroke-dasharray: 3 3; }
.box { fill: var(--raised); stroke: var(--line); }
.box.bad { stroke: var(--bad); stroke-width: 2; }
.box.good { stroke: var(--good); }
.box.open { stroke: var(--open); } .arrow { stroke: var(--quiet); fill: none; } .tip { fill: var(--quiet); }
:focus-visible { outline: 2px solid var(--moved); outline-offset: 2px; }
"""
