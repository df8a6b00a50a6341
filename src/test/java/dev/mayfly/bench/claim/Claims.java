package dev.mayfly.bench.claim;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The measurements of a bench's claims in one run. A claim that was not measured is missed. */
public final class Claims {
    private final List<Claim> all;
    private final Map<Claim, Double> measured = new EnumMap<>(Claim.class);
    private final Set<Claim> excused = EnumSet.noneOf(Claim.class);

    /** @param bench simple name of the class that measures */
    Claims(String bench) {
        all = Arrays.stream(Claim.values())
                .filter(claim -> claim.bench().equals(bench))
                .toList();
        if (all.isEmpty()) {
            throw new IllegalArgumentException(bench + " has no claims, so it could not fail: add them to Claim");
        }
    }

    /** A bench. */
    @FunctionalInterface
    public interface Measurement {
        void measure(Claims claims) throws Exception;
    }

    /**
     * Runs a bench, prints a line for each of its claims, and ends the process: with 0 if all are kept, with 1 if one is
     * missed or the bench fails. Threads of clients, which are no daemon threads, would go on otherwise.
     */
    public static void judge(Class<?> bench, Measurement measurement) {
        System.exit(new Claims(bench.getSimpleName()).run(measurement, System.out) ? 0 : 1);
    }

    boolean run(Measurement measurement, PrintStream out) {
        var completed = completes(measurement, out);
        out.println();
        all.forEach(claim -> out.println(line(claim)));
        return completed && all.stream().allMatch(this::kept);
    }

    private boolean completes(Measurement measurement, PrintStream out) {
        try {
            measurement.measure(this);
            return true;
        } catch (Exception | AssertionError failed) {
            out.println("The bench failed:");
            failed.printStackTrace(out);
            return false;
        }
    }

    /** Notes a measured value, in the claim's unit. A repeated measurement counts with its largest value. */
    public void measured(Claim claim, double value) {
        if (!all.contains(claim)) {
            throw new IllegalArgumentException(claim + " is not a claim of this bench");
        }
        measured.merge(claim, value, (first, second) -> Double.isNaN(first) ? first : Math.max(first, second));
    }

    /** This run, by its arguments, measures something else than the claim is about. */
    public void notClaimed(Claim claim) {
        excused.add(claim);
    }

    private boolean kept(Claim claim) {
        return excused.contains(claim) || claim.keptBy(measured.getOrDefault(claim, Double.NaN));
    }

    private String line(Claim claim) {
        var value = measured.get(claim);
        return "%s: claimed %s, measured %s: %s"
                .formatted(
                        claim.subject(),
                        claim.limitText(),
                        value == null ? "nothing" : claim.text(value),
                        excused.contains(claim) ? "not claimed of this run" : kept(claim) ? "kept" : "MISSED");
    }
}
