package dev.mayfly.cli.convert;

import com.google.re2j.Pattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** User, capabilities and signals of a service. */
final class ComposeSecurity {
    private static final Pattern USER = Pattern.compile("(\\d{1,9})(?::(\\d{1,9}))?");
    private static final Pattern CAPABILITY = Pattern.compile("[A-Z_]{1,64}");
    private static final Pattern SIGNAL = Pattern.compile("SIG[A-Z0-9]{2,9}([+-][0-9]{1,2})?");

    private ComposeSecurity() {}

    static void read(Fields fields, Draft draft) {
        if (fields.flag("read_only")) {
            draft.readOnlyRoot();
        }
        var context = new LinkedHashMap<String, Object>();
        fields.text("user").ifPresent(user -> user(user, context, draft));
        var capabilities = new LinkedHashMap<String, Object>();
        for (var change : List.of("add", "drop")) {
            var names = capabilities(fields.texts("cap_" + change));
            if (!names.isEmpty()) {
                capabilities.put(change, names);
            }
        }
        if (capabilities.containsKey("add")) {
            draft.notes()
                    .changed(
                            draft.name(),
                            "capabilities " + capabilities.get("add") + " may be refused",
                            "the operator's configuration says which are allowed",
                            "drop them, or let mayfly.capabilities-allowed name them");
        }
        if (!capabilities.isEmpty()) {
            context.put("capabilities", capabilities);
        }
        draft.template("securityContext", context);
    }

    private static void user(String user, Map<String, Object> context, Draft draft) {
        var numeric = USER.matcher(user.equals("root") ? "0" : user);
        if (!numeric.matches()) {
            draft.notes()
                    .leftOut(
                            draft.name(),
                            "user " + user,
                            "a manifest has numbers only",
                            "set securityContext.runAsUser to that user's number (id -u in the container)");
            return;
        }
        context.put("runAsUser", Long.valueOf(numeric.group(1)));
        if (numeric.group(2) != null) {
            context.put("runAsGroup", Long.valueOf(numeric.group(2)));
        }
    }

    private static List<String> capabilities(List<String> names) {
        return names.stream()
                .map(name -> name.toUpperCase(Locale.ROOT))
                .map(name -> name.startsWith("CAP_") ? name.substring("CAP_".length()) : name)
                .filter(CAPABILITY::matches)
                .toList();
    }

    static void signal(String signal, Draft draft) {
        var name = signal.startsWith("SIG") ? signal : "SIG" + signal;
        if (SIGNAL.matches(name) && name.charAt(3) >= 'A') {
            draft.template("lifecycle", Map.of("stopSignal", name));
        } else {
            draft.notes().leftOut(draft.name(), "stop signal " + signal, "it is no name", "write it as SIGTERM");
        }
    }
}
