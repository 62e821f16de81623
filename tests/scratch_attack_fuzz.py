from __future__ import annotations
import io, itertools, os, traceback, time
from datetime import timedelta
from uuid import uuid4
import pytest
from itertools import product
from tests.page import form_values, Page
from tests.evaluation.conftest import *
from tests.offers.files import pdf

HOST = ["", "NaN", "-Infinity", "a\x00b\x0b\x1b", "9"*400, "-1", "x"*100001, "[]", "1e400", "31.12.9999"]
HOST_ALL = ["", "\x00", "a\x00b\x0b\x1b", "-1", "NaN", "Infinity", "-Infinity", "1e400", "1E-400", "9"*400, "٣", "x"*100001, "<script>{{7*7}}</script>%s%(x)s{x}", "\ud7ff\uffff\U0010ffff\u202e", "00000000-0000-0000-0000-000000000000", "[]", "0,0000000001", "9999999999999,99", "31.12.9999", "99.99", "½", "1_0", "１２", "--", "é"*300, "a"*5+"\r\n"+"b"]
QUERIES = ["page=99999999999999999999", "state[]=x&state=%00", "provider=notauuid", "next=//evil.example", "page=-1&version=99999999999999999999999&provider="+"0"*32]
Q_ALL = ["page=x", "page=-1", "page=0", "page=99999999999999999999", "state[]=x&state=%00&state=draft&state=published", "provider=notauuid", "provider="+"0"*32, "provider=%00", "next=//evil.example", "next=%5C%5Cevil", "next=https://evil", "q=%00%ff", "q="+"x"*5000, "page=1&page=2", "page=%D9%A3", "page=NaN","region=%00&field=%ff", "language=xx", "standing=%00&kind=x", "page=1_0"]

class Run:
    def __init__(self, app, call, cast, database, settings, extra=None):
        self.app, self.call, self.cast, self.fails, self.n, self.extra = app, call, cast, {}, 0, extra or {}
    def bad(self, who, method, url, why, exc=None):
        key = why[:300]
        self.fails.setdefault(key, []).append((who, method, url[:200], exc))
    def ask(self, b, who, method, url, endpoint="", **kw):
        self.n += 1
        if time.monotonic() > self.end: raise KeyboardInterrupt
        self.covered.add(endpoint.split(".")[0] + "." + endpoint.split(".")[1].split()[0] if "." in endpoint else endpoint)
        try:
            r = b.client.open(url, method=method, buffered=True, **kw)
        except Exception as e:
            tb = traceback.extract_tb(e.__traceback__)
            last = [f for f in tb if "/portal/" in f.filename and '.venv' not in f.filename][-1:] 
            self.bad(who, method, url, f"{endpoint}: {type(e).__name__}: {str(e)[:150]} @ {[(f.filename.split('/main/')[-1], f.lineno) for f in last]}", (kw.get('data')))
            return None
        if r.status_code >= 500:
            self.bad(who, method, url, f"{endpoint}: STATUS {r.status_code}")
        loc = r.headers.get("Location", "") + r.headers.get("HX-Redirect", "")
        if "evil" in loc and not loc.startswith("/"):
            self.bad(who, method, url, "OPEN REDIRECT " + loc)
        if method=="POST" and r.status_code==422:
            try:
                self.checked(b, r, url)
            except AssertionError as e:
                self.bad(who, method, url, f"{endpoint}: PAGE {str(e)[:200]}", kw.get('data'))
        return r
    def checked(self, b, r, url):
        from tests.page import inspect
        page = Page(url, r)
        inspect(page, "en")

def urls(app, call, cast, extra):
    choices = {"procurement_id": [str(call)], "lot_key": ["sea"], "key": ["sea", KEYS[0]],
      "kind": ["call","offer_receipt","opening_record","result_sheet","contract","x"], "language": ["fi","xx"], "person_id":[str(cast.roope.id)],
      "organisation_id":[str(cast.river.id)], "provider_id":[str(cast.river.id)], "filename":["css/portal.css"], "token":["x"*43]}
    choices.update(extra)
    ad = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ("static",) or rule.endpoint.startswith(("health","criteria","organisations","language")) != bool(os.environ.get("ORG")): continue
        names = sorted(rule.arguments)
        vals = [choices.get(n, [str(uuid4())]) for n in names]
        for ch in itertools.chain(product(*vals), [tuple(str(uuid4()) for _ in names)] if names else []):
            try: yield ad.build(rule.endpoint, dict(zip(names, ch))), rule
            except Exception: continue

def fuzz(run, browse, people, extra, budget):
    from werkzeug.datastructures import MultiDict
    start = time.monotonic()
    seen_forms = set()
    for person in people:
        name = person.name if person else "-"
        b = browse(person)
        for url, rule in list(urls(run.app, run.call, run.cast, extra)):
            if "GET" in rule.methods and rule.endpoint != "health.ready":
                for q in [None, *QUERIES]:
                    r = run.ask(b, name, "GET", url + (("?"+q) if q else ""), rule.endpoint)
                    if q is None and (r is None or r.status_code in (403,404,303)): break
                    if q is None and r is not None and r.status_code == 200 and r.mimetype == "text/html":
                        page = Page(url, r)
                        for form in page.soup.select("form"):
                            if form.get("method","").lower() != "post": continue
                            action = form.get("action") or url
                            if "out" in action.replace("outbox","") or "close" in action or "sign-up" in action and name[0] != "-": continue
                            fkey = (action, name.split()[0], tuple(sorted({str(f['name']) for f in form.select('[name]')})))
                            if fkey in seen_forms: continue
                            seen_forms.add(fkey)
                            base = form_values(form)
                            base["csrf_token"] = b.csrf_token()
                            names = sorted({str(f["name"]) for f in form.select("[name]")} - {"csrf_token"})
                            filefields = {str(f["name"]) for f in form.select('input[type=file]')}
                            for nme in names:
                                for h in HOST:
                                    if nme in filefields and len(h) > 500: continue
                                    d = dict(base); d[nme] = h
                                    run.ask(b, name, "POST", action, rule.endpoint+"."+nme, data=d)
                                d = dict(base); d.pop(nme, None)
                                run.ask(b, name, "POST", action, rule.endpoint+"."+nme+" missing", data=d)
                                d = MultiDict([(k, v) for k, v0 in base.items() for v in (v0 if isinstance(v0, list) else [v0])]); d.add(nme, "zzz"); d.add(nme, "1")
                                run.ask(b, name, "POST", action, rule.endpoint+"."+nme+" dup", data=d)
                                for fn, c in (("a\x00.pdf", b"%PDF-1.4"), ("../../etc/passwd.pdf", b""), ("x"*400+".pdf", b"%PDF-1.7 \n%%EOF"), ("ä\u202e.docx", b"PK\x03\x04")):
                                    d = dict(base); d[nme] = (io.BytesIO(c), fn)
                                    run.ask(b, name, "POST", action, rule.endpoint+"."+nme+" file", data=d)
                            for h in HOST[:8]:
                                d = {n: h for n in names}; d["csrf_token"] = b.csrf_token()
                                run.ask(b, name, "POST", action, rule.endpoint+" all", data=d)
                            run.ask(b, name, "POST", action, rule.endpoint+" json", json={"csrf_token": 1})
                            run.ask(b, name, "POST", action, rule.endpoint+" empty", data={"csrf_token": b.csrf_token()})
            if "POST" in rule.methods and not rule.endpoint.endswith(("log_out","log_out_everywhere","close_own_account","close_person","request_opening","confirm_opening", "issue_decision")):
                r = run.ask(b, name, "POST", url, rule.endpoint+" bare", data={"csrf_token": b.csrf_token()})
                r = run.ask(b, name, "POST", url, rule.endpoint+" nocsrf", data={"x": "1"})
                if r is not None and r.status_code not in (400, 403, 404, 405) and not (r.status_code == 303 and "log-in" in r.headers.get("Location","")):
                    run.bad(name, "POST", url, f"NO CSRF {rule.endpoint} {r.status_code}")
        if time.monotonic() - start > budget: break
    print("asked", run.n, "in", time.monotonic()-start, "last", name)

def report(run):
    for k, v in run.fails.items():
        print("==", len(v), k)
        for who, m, u, d in v[:3]:
            print("     ", who, m, u, str(d)[:300])

@pytest.mark.parametrize("stage", os.environ.get("STAGES", "appointed,declared,judged,assessed,awarded,decided").split(","))
def test_fuzz(stage, app, call, cast, clock, browse, database, settings, evaluating):
    who = os.environ.get("WHO", "").split(",")
    ev = evaluating
    if stage == "draft":
        with database.transaction() as s:
            olli = s.get_one(Person, cast.olli.id)
            buyer = s.get_one(Organisation, cast.buyer.id)
            from dataclasses import replace as rp
            p = draft_procurement(s, buyer=buyer, call=rp(TERMS, reference="ESIM/9/2026"), by=olli, at=OPENS)
            call = p.id
        extra = {}
        clock.at = OPENS
    else:
        ev.until(stage)
        extra = {"offer_id": [str(ev.offer_id(cast.river))]}
        clock.at = (OPENS if stage in ("offered","appointed") else AFTER) + timedelta(hours=1)
        with database.reading() as s:
            from portal.evaluation.models import Award, BidderLetter
            a = s.scalars(select(Award.id)).all()
            if a: extra["award_id"] = [str(a[0])]
            l = s.scalars(select(BidderLetter.id)).all()
            if l: extra["letter_id"] = [str(x) for x in l]
    run = Run(app, call, cast, database, settings); run.covered=set(); run.end = time.monotonic() + float(os.environ.get("BUDGET","70"))
    people = [None] if who == [""] else []
    people += [p for p in cast.people if who == [""] or p.name.split()[0].lower() in who]
    try: fuzz(run, browse, people, extra, 999)
    except KeyboardInterrupt: print("out of time")
    print(run.n, sorted(run.covered))
    report(run)
    from portal.audit.record import faults
    with database.reading() as s:
        assert faults(s) == []
    assert not run.fails
