"""Have the server watch over the runs of our deployments: end those that died without a word, and tell somebody of failures.

Set up at each start of `python -m flows`; doing it twice is doing it once.
"""

from datetime import timedelta
from typing import Literal

from prefect.automations import ChangeFlowRunState, EventTrigger, Posture, SendNotification
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.schemas.automations import AutomationCore

from flows import HEARTBEAT_S
from flows.deployments import TAG

SILENT, FAILED = "Tidings: end runs that fell silent", "Tidings: tell of runs that failed"
NOTIFICATION = "tidings"  # the name of the notification block that is told of failures, where there is one
_SILENT_AFTER = timedelta(seconds=3 * HEARTBEAT_S)
_HEARTBEAT = "prefect.flow-run.heartbeat"
_FAILURES = {f"prefect.flow-run.{state}" for state in ("Failed", "Crashed", "TimedOut")}
_ENDS = _FAILURES | {"prefect.flow-run.Completed", "prefect.flow-run.Cancelled"}
_BODY = "{{ flow.name }}/{{ flow_run.name }}: {{ flow_run.state.name }}: {{ flow_run.state.message }}\n{{ flow_run|ui_url }}"


def set_up_automations() -> None:
    """Make the automations, or bring them up to what is said here; one that somebody switched off stays off."""
    with get_client(sync_client=True) as client:
        _keep(client, _silent())
        for block in client.read_block_documents(include_secrets=False):
            if block.name == NOTIFICATION:
                _keep(client, _failed(SendNotification(block_document_id=block.id, subject="A run of Tidings failed", body=_BODY)))


def _silent() -> AutomationCore:
    trigger = _trigger(Posture.Proactive, _ENDS | {_HEARTBEAT}, after={_HEARTBEAT}, within=_SILENT_AFTER)
    message = "no heartbeat any more: killed by force, or its machine was"
    action = ChangeFlowRunState(name="Crashed", state=StateType.CRASHED, message=message, force=False)
    return AutomationCore(name=SILENT, trigger=trigger, actions=[action])


def _failed(action: SendNotification) -> AutomationCore:
    return AutomationCore(name=FAILED, trigger=_trigger(Posture.Reactive, _FAILURES), actions=[action])


def _trigger(
    posture: Literal[Posture.Reactive, Posture.Proactive],
    expect: set[str],
    *,
    after: set[str] | None = None,
    within: timedelta = timedelta(),
) -> EventTrigger:
    """Watch each run of our deployments by itself: others on this server may beat at another pace."""
    return EventTrigger(
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related={"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{TAG}"},
        for_each={"prefect.resource.id"},
        posture=posture,
        after=after or set(),
        expect=expect,
        threshold=1,
        within=within,
    )


def _keep(client: SyncPrefectClient, wanted: AutomationCore) -> None:
    """Make it if it is not there. Written anew only where it differs: that would forget the runs it watches."""
    found = client.read_automations_by_name(wanted.name)
    if not found:
        client.create_automation(wanted)
        return
    there = found[0]
    wanted.enabled = there.enabled
    if _said(there) != _said(wanted):
        client.update_automation(there.id, wanted)


def _said(automation: AutomationCore) -> object:
    """Return what decides, in a form that can be compared: sets have no order."""
    trigger = automation.trigger
    assert isinstance(trigger, EventTrigger)
    return (
        trigger.match, trigger.match_related, trigger.for_each, trigger.posture, trigger.after, trigger.expect, trigger.within,
        [action.model_dump() for action in automation.actions],
    )  # fmt: skip
