package dev.mayfly.operator.event;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.status.BusyWait;
import dev.mayfly.core.status.Degradation;
import dev.mayfly.runtime.RuntimeEvent;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Similar events of one workload, close together in time, which are reported as one. */
record EventSeries(
        OwnerId owner,
        String reason,
        String subject,
        String note,
        boolean warning,
        int count,
        Instant first,
        Instant last,
        int number,
        boolean unwritten) {
    /** An Event's message may have 1,024 characters (events.k8s.io/v1). */
    private static final int LONGEST = 1000;
    /** Reasons whose subject is a sentence. */
    private static final Set<String> SENTENCES = Set.of(
            "WriteFound",
            "ProgressDeadlineExceeded",
            "RolledBack",
            Failure.NOT_COMPLIANT,
            BusyWait.REASON,
            Degradation.GIVEN_UP,
            EventRecorder.PULL_SECRET_MISSING);
    /** Distinguishes series that started in the same millisecond. */
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    static EventSeries first(RuntimeEvent event, Instant now) {
        return new EventSeries(
                event.owner(),
                event.reason(),
                event.subject(),
                event.note(),
                event.warning(),
                1,
                now,
                now,
                NUMBERS.incrementAndGet() % 1000,
                true);
    }

    EventSeries and(RuntimeEvent event, Instant now) {
        return new EventSeries(
                owner, reason, event.subject(), event.note(), warning, count + 1, first, now, number, true);
    }

    /** The series, marked to be written once more. */
    EventSeries anew() {
        return new EventSeries(owner, reason, subject, note, warning, count, first, last, number, true);
    }

    EventSeries written() {
        return new EventSeries(owner, reason, subject, note, warning, count, first, last, number, false);
    }

    /** The Event's message, one sentence. */
    String message() {
        if (SENTENCES.contains(reason)) { // only the newest is reported
            var whole = subject.endsWith(".") ? subject : subject + ".";
            return cut(note.isEmpty() ? whole : subject + ": " + note);
        }
        var what = count == 1 ? verb() + " " + subject : verb() + " " + count + " " + subjects() + ", last " + subject;
        var whole = note.isEmpty() ? what : what + ": " + note;
        return cut(whole);
    }

    private static String cut(String whole) {
        return Text.shortened(whole, LONGEST);
    }

    private String subjects() {
        return reason.equals("Pulling") || reason.equals("Pulled") ? "times" : "replicas";
    }

    private String verb() {
        return switch (reason) {
            case "SuccessfulCreate" -> "Created";
            case "SuccessfulDelete" -> "Removed";
            case "BackOff" -> "Waiting to start";
            case "Recreated" -> "Replaced by a fresh one:";
            case "Stopped" -> "Stopped, and its slot given up:";
            case "Unhealthy" -> "Unhealthy";
            case "ProbeWarning" -> "Warned by";
            case "Pulling" -> "Pulling image";
            case "Pulled" -> "Pulled image";
            case "InvalidEnvironmentVariableNames" -> "Skipped variables of";
            case "SelectedNode" -> "Selected a node for persistentVolumeClaim";
            default -> "Failed";
        };
    }
}
