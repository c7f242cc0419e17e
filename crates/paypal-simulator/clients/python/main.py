"""Run all cases, and print as JSON what the methods did: {"outcomes", "problems"}.

Fails if there are problems, or a method has not succeeded and been refused at least once.
"""

import json
import sys

from merchants import merchants
from orders import orders
from payments import payments
from plans import plans
from recorder import Recorder
from renewals import renewals
from reports import reports
from shop import shop
from subscriptions import subscriptions
from tokens import tokens
from vault import vault
from world import methods

recorder = Recorder()
# The last three move the clock.
for suite in (tokens, merchants, orders, shop, plans, subscriptions, vault, payments, reports, renewals):
    with recorder.case(suite.__name__):
        suite(recorder)
for method in methods():
    results = [it["result"] for it in recorder.outcomes if it["method"] == method]
    if not any(it.startswith("2") for it in results):
        recorder.problems.append(f"{method} has not succeeded")
    if not any(it[0] in "45" for it in results):
        recorder.problems.append(f"{method} has not been refused")
print(json.dumps({"outcomes": recorder.outcomes, "problems": recorder.problems}, indent=1))
sys.exit(1 if recorder.problems else 0)
