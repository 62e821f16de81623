from __future__ import annotations
import threading, itertools
from collections import Counter
from datetime import timedelta
from tests.scratch_attack_fuzz import urls, Run
from tests.evaluation.conftest import *
from portal.audit.record import faults
from portal.audit.models import AuditEntry
from portal.documents.store import JOB, TASK
from portal.jobs.models import Job
from portal.jobs.queue import do
from portal.evaluation.models import Award, BidderLetter, JointScore
from portal.offers.models import Opening
from portal.offers.rules import Secret, Promise
from portal.organisations.models import Membership, OrganisationKind
from portal.permissions import Role
from tests.cast import person as mkperson
from tests.offers.files import pdf
CAN = ("KANARIA", "58.00", "58,00", "Jokiopisto vastaa")

def extra_of(ev, database):
    ex = {"offer_id": [str(ev.offer_id(ev.cast.river))], "lot_key": ["sea"]}
    with database.reading() as s:
        ex["award_id"] = [str(x) for x in s.scalars(select(Award.id))] or ["0"*32]
        ex["letter_id"] = [str(x) for x in s.scalars(select(BidderLetter.id))] or ["0"*32]
        from portal.offers.models import OpenedContent
        oc = s.get(OpenedContent, ev.offer_id(ev.cast.river))
        if oc: ex["file_id"] = [f["id"] for f in oc.content["files"]]
        from portal.contracts.models import Contract
        ex["contract_id"] = [str(x) for x in s.scalars(select(Contract.id))] or ["0"*32]
    return ex

@pytest.mark.parametrize("stage", ["opened", "assessed", "decided"])
def test_matrix(stage, app, call, cast, clock, browse, database, settings, evaluating):
    ev = evaluating
    ev.offer(cast.river, cast.roope, PRICES["river"], file=pdf(), promises=(Promise(KEYS[0], "KANARIA-PROMISE"),), secrets=(Secret(KEYS[0], "KANARIA-SECRET"),))
    ev.offer(cast.shore, cast.sanna, PRICES["shore"])
    stages = list(ev._stages().items())[1:]
    for name, act in stages:
        act()
        if name == stage: break
    with database.transaction() as s:
        s.expire_on_commit = False
        o = lambda x: s.get_one(Organisation, x.id)
        oa = mkperson(s, "Otso Tarkastaja", o(cast.elsewhere), Role.AUDITOR)
        ops = mkperson(s, "Opri Tarkastaja", o(cast.operator), Role.AUDITOR)
        prov = mkperson(s, "Pera Tarkastaja", o(cast.shore), Role.AUDITOR)
        ev2 = mkperson(s, "Eino Arvioija", o(cast.elsewhere), Role.EVALUATOR)
        offa = mkperson(s, "Offi Tarkastaja", o(cast.office), Role.AUDITOR)
        shut = [mkperson(s, "Ulla Jaavi", o(cast.buyer), Role.PROCUREMENT_OFFICER, Role.OPENER), mkperson(s, "Pekka Jaavi", o(cast.buyer), Role.DECISION_MAKER, Role.SIGNATORY)]
        undecl = mkperson(s, "Uuno Uusi", o(cast.buyer), Role.PROCUREMENT_OFFICER, Role.OPENER, Role.DECISION_MAKER, Role.SIGNATORY)
    for p in shut: ev.declare(p, conflicts=[cast.river])
    with database.reading() as s:
        jobs = [j.id for j in s.scalars(select(Job).where(Job.kind == JOB, Job.state == "waiting"))]
    for j in jobs: do(database, {JOB: TASK}, j, ev.at)
    clock.at = AFTER + timedelta(hours=1)
    ex = extra_of(ev, database)
    bad = []
    mine = {}
    def scan(p, tag):
        b = browse(p)
        for url, rule in urls(app, call, cast, ex):
            if "GET" not in rule.methods: continue
            r = b.client.get(url, buffered=True)
            t = r.get_data(as_text=False)
            if r.status_code == 200 and r.mimetype == "application/pdf" and "/documents/call" not in url and "call" not in url:
                bad.append((tag, p and p.name, url, "PDF"))
            hits = [c for c in CAN if c.encode() in t]
            if hits: bad.append((tag, p and p.name, url, hits))
            if r.status_code >= 500 and "readyz" not in url: bad.append((tag, p and p.name, url, r.status_code))
    for p in (None, cast.eva, cast.kaisa, cast.ada, oa, ops, prov, ev2, offa): scan(p, "outsider")
    if stage != "decided": scan(cast.sanna, "rival")
    scan(cast.sanna, "rival-decided") if stage == "decided" else None
    scan(cast.tarja, "own auditor"); scan(undecl, "undeclared")
    for p in shut: scan(p, "conflicted")
    for x in bad: print(x)
    # positive control
    n = len(bad); scan(cast.olli, "CONTROL"); print("control hits", len(bad) - n)
    assert len(bad) > n
    print(n)

def hammer(jobs):
    out = []
    bar = threading.Barrier(len(jobs))
    def go(f):
        bar.wait()
        try: out.append(f())
        except Exception as e:
            import traceback
            out.append(f"EXC {type(e).__name__} {e} {traceback.extract_tb(e.__traceback__)[-1]}")
    ts = [threading.Thread(target=go, args=(j,)) for j in jobs]
    [t.start() for t in ts]; [t.join() for t in ts]
    return Counter(map(str, out))

def test_threads(app, call, cast, clock, browse, database, settings, evaluating):
    ev = evaluating
    ev.until("appointed")
    clock.at = AFTER
    base = f"/procurements/{call}"
    def poster(p, url, data=None):
        b = browse(p); d = {"csrf_token": b.csrf_token(), **(data or {})}
        return lambda: b.client.post(url, data=d, buffered=True).status_code
    print("one opener", hammer([poster(cast.olli, base+"/opening/request") for _ in range(3)] + [poster(cast.olli, base+"/opening/confirm") for _ in range(5)]))
    with database.reading() as s: assert s.get_one(Procurement, call).state == "published"
    print("both", hammer([poster(p, base+"/opening/"+w) for p in (cast.olli, cast.aino) for w in ("request","confirm","confirm")]))
    with database.reading() as s: print(s.get_one(Procurement, call).state, s.scalars(select(Opening)).all())
    hammer([poster(cast.olli, base+"/opening/request")]); hammer([poster(cast.aino, base+"/opening/confirm")])
    ev.declare(cast.olli, cast.paula, cast.eeva, cast.erik); ev.judge(cast.river, cast.shore)
    from tests.evaluation.pages.conftest import typed
    r, sh = ev.offer_id(cast.river), ev.offer_id(cast.shore)
    lot = f"{base}/evaluation/lots/sea"
    print("assess", hammer([poster(cast.eeva, f"{lot}/assessments/{r}", {**typed(RIVER), "next": "hand_in"}) for _ in range(4)] + [poster(cast.eeva, f"{lot}/assessments/{r}/autosave", typed(SHORE)) for _ in range(2)] + [poster(cast.eeva, f"{lot}/assessments/{r}/abstain", {"abstain": "en tahdo"}) for _ in range(2)]))
    with database.reading() as s:
        from portal.evaluation.models import Assessment
        a = s.scalars(select(Assessment)).all(); print([(x.state, x.points) for x in a]); assert len(a) == 1
    for p in (cast.eeva, cast.erik):
        for prov, v in ((cast.river, RIVER), (cast.shore, SHORE)):
            try: ev.assess(p, prov, v)
            except RuleBroken as e: print(p.name, e.rule)
    ev.agree_all() if True else None
    print("award", hammer([poster(cast.olli, f"{lot}/award", {"provider": str(r), "reason": "x"}) for _ in range(4)] + [poster(cast.olli, f"{lot}/award", {"provider": str(sh), "reason": "x"}) for _ in range(4)]))
    with database.reading() as s:
        aw = s.scalars(select(Award)).all(); print([(x.offer_id == r) for x in aw]); assert len(aw) == 1
    print("decide", hammer([poster(cast.paula, base+"/decision") for _ in range(4)] + [poster(cast.olli, base+"/decision") for _ in range(2)]))
    with database.reading() as s:
        assert len(s.scalars(select(BidderLetter)).all()) == 2
    wid = str(cast.river.id if aw[0].offer_id == r else cast.shore.id)
    print("conclude", hammer([poster(cast.olli, base+"/lots/sea/contract", {"provider": wid}) for _ in range(6)]))
    from portal.contracts.models import Contract, Approval
    with database.reading() as s:
        cs = s.scalars(select(Contract)).all(); assert len(cs) == 1; cid = cs[0].id
    with database.reading() as s:
        jobs = [j.id for j in s.scalars(select(Job).where(Job.kind == JOB, Job.state == "waiting"))]
    for j in jobs: do(database, {JOB: TASK}, j, ev.at)
    rep = cast.roope if wid == str(cast.river.id) else cast.sanna
    print("early", hammer([poster(p, f"/contracts/{cid}/approve") for p in (cast.paula, rep) for _ in range(3)]))
    with database.reading() as s: assert not s.scalars(select(Approval)).all()
    clock.at = AFTER + timedelta(days=40)
    print("late", hammer([poster(p, f"/contracts/{cid}/approve") for p in (cast.paula, rep, cast.olli) for _ in range(3)]))
    with database.reading() as s:
        assert len(s.scalars(select(Approval)).all()) == 2
        assert faults(s) == []
        print(Counter((e.act, e.outcome, e.rule) for e in s.scalars(select(AuditEntry))))
