package dev.mayfly.cli.simulate;

import dev.mayfly.cli.Columns;
import dev.mayfly.cli.Printable;
import dev.mayfly.simulation.SimulationResult;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Answers side by side: a line for each measure, a column for each variant. */
public final class ResultTable {
    private static final Map<String, Function<SimulationResult, Object>> LINES = new LinkedHashMap<>();

    static {
        LINES.put("end", result -> result.end().word());
        LINES.put("time", result -> Times.text(result.took()));
        LINES.put("max unavailable", SimulationResult::maxUnavailable);
        LINES.put("max over replicas", SimulationResult::maxOver);
        LINES.put("unavailable, replica-seconds", SimulationResult::unavailableSeconds);
        LINES.put("replicas started", SimulationResult::started);
        LINES.put("failed starts", SimulationResult::failedStarts);
        LINES.put("replicas that ended", SimulationResult::ended);
        LINES.put("calls to the engine", result -> result.engine().calls());
        LINES.put("most calls at once", result -> result.engine().mostAtOnce());
        LINES.put("most calls waiting", result -> result.engine().mostWaiting());
        LINES.put("reconciliations", SimulationResult::reconciliations);
    }

    private ResultTable() {}

    /** @param results by the name of the variant, at least one */
    public static void print(Map<String, SimulationResult> results, PrintWriter out) {
        var rows = new ArrayList<List<String>>();
        var header = new ArrayList<String>(List.of(""));
        results.keySet().forEach(name -> header.add(Printable.of(name).toUpperCase(Locale.ROOT)));
        rows.add(header);
        LINES.forEach((measure, value) -> {
            var row = new ArrayList<String>(List.of(measure));
            results.values().forEach(result -> row.add(text(value.apply(result))));
            rows.add(row);
        });
        Columns.print(rows, out);
        out.flush();
    }

    /** The same for other programs. */
    public static Map<String, Object> document(SimulationResult result) {
        var document = new LinkedHashMap<String, Object>();
        document.put("end", result.end().word());
        document.put("seconds", result.took().toMillis() / 1000.0);
        document.put("maxUnavailable", result.maxUnavailable());
        document.put("maxOver", result.maxOver());
        document.put("unavailableReplicaSeconds", result.unavailableSeconds());
        document.put("started", result.started());
        document.put("failedStarts", result.failedStarts());
        document.put("ended", result.ended());
        document.put("engineCalls", result.engine().calls());
        document.put("mostCallsAtOnce", result.engine().mostAtOnce());
        document.put("mostCallsWaiting", result.engine().mostWaiting());
        document.put("reconciliations", result.reconciliations());
        return document;
    }

    private static String text(Object value) {
        return value instanceof Number number
                ? String.format(Locale.ROOT, "%,d", number.longValue())
                : value.toString();
    }
}
