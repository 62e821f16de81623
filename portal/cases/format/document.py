"""Reads a case file: YAML to nodes, nodes to values by the grammar, values to a Case."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from portal.cases.format.acts import FILE
from portal.cases.format.faults import Faults
from portal.cases.format.heads import (
    AwardHead,
    CapacityHead,
    Case,
    ConditionHead,
    CriterionHead,
    LotHead,
    OptionHead,
    OrganisationHead,
    PersonHead,
    ProcurementHead,
    ResultBonusHead,
    TargetsHead,
)
from portal.cases.format.nodes import compose
from portal.cases.format.reader import Entries, Reader, item_node, line_of, quoted
from portal.cases.format.timeline import read_timeline
from portal.shared.clock import HELSINKI


def read_case(
    text: str,
    *,
    bank: Collection[str] | None = None,
    follow_up: Collection[str] | None = None,
) -> Case:
    """The case of a file's text.

    ``bank`` holds the keys of the criteria bank and ``follow_up`` those of its follow-up set;
    without them, a criterion without a question is taken to be in the bank, and a provider is
    assessed by any. Raises Faults with every fault found.
    """
    root = compose(text)
    reader = Reader(HELSINKI)
    if follow_up is not None:
        reader.known["follow_up_criterion"] = set(follow_up)
    entries = reader.keys_of(FILE, root, "the file")
    if entries is None:
        raise Faults(reader.faults)
    values: dict[str, Any] = {}

    def read(name: str) -> None:
        if name in entries:
            values[name] = reader.read(FILE.kinds[name], entries[name][1], name)

    for name in ("case", "title", "zone"):
        read(name)
    reader.zone = _zone(reader, entries, values.get("zone"))
    read("organisations")
    _know_keys(reader, "organisation", entries.get("organisations"))
    read("people")
    _know_keys(reader, "person", entries.get("people"))
    read("procurement")
    lots = _procurement(reader, entries, values.get("procurement"), bank)
    _business_ids(reader, entries)
    timeline = read_timeline(reader, entries["timeline"][1], lots) if "timeline" in entries else ()
    if reader.faults:
        raise Faults(reader.faults)
    return Case(
        name=values["case"],
        title=values["title"],
        zone=reader.zone,
        organisations=dict(_organisations(values["organisations"])),
        people=dict(_people(values["people"])),
        procurement=_procurement_head(values["procurement"]),
        timeline=timeline,
    )


def _zone(reader: Reader, entries: Entries, name: Any) -> ZoneInfo:
    if isinstance(name, str):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            where = line_of(entries["zone"][1])
            reader.fault(where, f"zone is {quoted(name)}; expected a time zone's name")
    return HELSINKI


def _know_keys(reader: Reader, thing: str, entry: tuple[Node, Node] | None) -> None:
    if entry is not None and isinstance(entry[1], MappingNode):
        keys = (key for key, _ in entry[1].value if isinstance(key, ScalarNode))
        reader.known[thing] = {str(key.value) for key in keys}


def _business_ids(reader: Reader, entries: Entries) -> None:
    seen: set[str] = set()
    node = entries["organisations"][1] if "organisations" in entries else None
    for _, organisation in node.value if isinstance(node, MappingNode) else ():
        own = item_node(organisation, "business_id")
        if own is organisation or not isinstance(own, ScalarNode):
            continue
        if own.value in seen:
            reader.fault(
                line_of(own),
                f"duplicate business_id {quoted(own.value)}; expected each organisation's own",
            )
        seen.add(own.value)


def _items(node: Node) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _procurement(
    reader: Reader, entries: Entries, values: Any, bank: Collection[str] | None
) -> dict[str, Mapping[str, Any]]:
    """Checks the call as a whole, makes its keys known, and gives its lots by key."""
    if not isinstance(values, Mapping):
        return {}
    node = entries["procurement"][1]
    award = values.get("award", {})
    award_node = item_node(node, "award")
    if "criteria" in award:
        criteria = _items(item_node(award_node, "criteria"))
        keys = [(item_node(item, "key"), item) for item in criteria]
        reader.known["criterion"] = {str(key.value) for key, _ in keys}
        for key, item in keys:
            own = item_node(item, "question") is not item
            if (
                bank is not None
                and isinstance(key, ScalarNode)
                and key.value not in bank
                and not own
            ):
                reader.fault(
                    line_of(key),
                    f"key is {quoted(key.value)}, which is not in the criteria bank; "
                    "expected a key of the bank, or a question",
                )
    if "lots" not in values:
        return {}
    lot_nodes = _items(item_node(node, "lots"))
    reader.known["lot"] = {str(item_node(lot, "key").value) for lot in lot_nodes}
    if award.get("comparison") == "total_at_estimate":
        for lot in lot_nodes:
            model = item_node(lot, "price_model")
            if model.value == "fixed_sum_per_period":
                reader.fault(
                    line_of(model),
                    "price_model is 'fixed_sum_per_period' with comparison 'total_at_estimate'; "
                    "expected another price model, or comparison 'unit_price'",
                )
    return {lot["key"]: lot for lot in values["lots"] if "key" in lot}


def _organisations(values: Mapping[str, Any]) -> Iterator[tuple[str, OrganisationHead]]:
    for key, value in values.items():
        yield (
            key,
            OrganisationHead(key, tuple(value["kinds"]), value["name"], value.get("business_id")),
        )


def _people(values: Mapping[str, Any]) -> Iterator[tuple[str, PersonHead]]:
    for key, value in values.items():
        yield key, PersonHead(key, value["organisation"], value["name"], tuple(value["roles"]))


def _procurement_head(values: Mapping[str, Any]) -> ProcurementHead:
    award = values["award"]
    return ProcurementHead(
        reference=values["reference"],
        title=values["title"],
        kind=values["kind"],
        questions_due=values["questions_due"],
        offers_due=values["offers_due"],
        contract_start=values["contract"]["start"],
        contract_end=values["contract"]["end"],
        award=AwardHead(
            price_weight=award["price_weight"],
            comparison=award["comparison"],
            scale_top=award["scale_top"],
            criteria=tuple(
                CriterionHead(one["key"], one["weight"], one.get("question"))
                for one in award["criteria"]
            ),
            two_envelopes=award.get("two_envelopes", False),
        ),
        lots=tuple(_lot_head(lot) for lot in values["lots"]),
    )


def _lot_head(values: Mapping[str, Any]) -> LotHead:
    targets = values.get("targets")
    bonus = values.get("result_bonus")
    return LotHead(
        key=values["key"],
        title=values["title"],
        region=values["region"],
        fields=tuple(values["fields"]),
        capacity=CapacityHead(**values["capacity"]),
        price_model=values["price_model"],
        minimum_group=values["minimum_group"],
        targets=None
        if targets is None
        else TargetsHead(targets.get("participants"), targets.get("open_market_share")),
        result_bonus=None if bonus is None else _bonus_head(bonus),
        options=tuple(_option_head(option) for option in values["options"]),
    )


def _bonus_head(values: Mapping[str, Any]) -> ResultBonusHead:
    started = values.get("only_started_as")
    return ResultBonusHead(
        status=values["status"],
        after_months=values["after_months"],
        amount=values["amount"],
        only_started_as=None if started is None else tuple(started),
        at_most=values["at_most"],
    )


def _option_head(values: Mapping[str, Any]) -> OptionHead:
    condition = values.get("condition")
    return OptionHead(
        key=values["key"],
        kind=values["kind"],
        amount=values["amount"],
        times=values["times"],
        notice_by=values["notice_by"],
        window_months=values.get("window_months"),
        price=values.get("price"),
        condition=None
        if condition is None
        else ConditionHead(
            condition.get("feedback_mean_at_least"),
            condition.get("open_market_share_at_least"),
            condition.get("answers_at_least"),
        ),
    )
