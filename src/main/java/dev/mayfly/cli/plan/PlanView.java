package dev.mayfly.cli.plan;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.cli.Columns;
import dev.mayfly.cli.simulate.ResultTable;
import dev.mayfly.cli.simulate.Times;
import dev.mayfly.simulation.Experiment;
import dev.mayfly.simulation.SimulationResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The description of a change.
 *
 * @param given true: the user said how the engine behaves
 */
record PlanView(
        EphemeralWorkload workload, Experiment change, MeasuredTimes times, boolean given, SimulationResult result) {
    private static final int NAMED = 5;

    List<String> lines() {
        var name = "ephemeralworkload \"" + workload.getMetadata().getName() + "\"";
        var lines = new ArrayList<String>();
        lines.add(name + ": " + what());
        if (result.engine().calls() > 0) {
            lines.add("Takes about " + Times.text(result.took()) + ": "
                    + result.end().word()
                    + ", with " + result.started() + " starts and "
                    + result.replacements().size()
                    + (result.replacements().size() == SimulationResult.LISTED ? " or more" : "") + " removals.");
            lines.add("At most " + result.maxUnavailable() + " unavailable at once (maxUnavailable "
                    + change.after().rollout().budget().maxUnavailable() + "), and " + result.maxOver()
                    + " more than the replicas (maxSurge "
                    + change.after().rollout().budget().maxSurge() + ").");
        }
        if (!result.replacements().isEmpty()) {
            lines.add("Removed in this order: " + Columns.abbreviated(result.replacements(), NAMED) + ".");
        }
        lines.add(basis());
        return lines;
    }

    private String what() {
        var from = change.before().replicas();
        var to = change.after().replicas();
        var scales = from == to ? "" : ", " + from + " to " + to + " replicas";
        if (change.rollsOut()) {
            return "its template changes, so all replicas are replaced" + scales;
        }
        return from == to ? "no replica is replaced" : "no replica is replaced" + scales;
    }

    private String basis() {
        if (given) {
            return "By the engine's file.";
        }
        return times.none()
                ? "Its replicas have no Pods that tell how long a start takes: by the times of a small engine."
                : "By the times of its " + times.starts().size() + " Pods: started in "
                        + Times.text(MeasuredTimes.median(times.starts())) + ", ready "
                        + Times.text(MeasuredTimes.median(times.readies()))
                        + " later (medians).";
    }

    Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", workload.getMetadata().getName());
        document.put("namespace", workload.getMetadata().getNamespace());
        document.put("templateChanges", change.rollsOut());
        document.put(
                "replicas",
                Map.of("from", change.before().replicas(), "to", change.after().replicas()));
        document.put("removed", result.replacements());
        document.put("measuredStarts", times.starts().size());
        document.putAll(ResultTable.document(result));
        return document;
    }
}
