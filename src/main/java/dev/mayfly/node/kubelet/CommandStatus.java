package dev.mayfly.node.kubelet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** How a command ended, for the error stream of Kubernetes' protocol for remote commands. */
final class CommandStatus {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int INTERNAL_ERROR = 500;

    private final ObjectNode status;

    private CommandStatus(ObjectNode status) {
        this.status = status;
    }

    /** The command ended with that exit code; 0 is success. */
    static CommandStatus exited(int code) {
        return new CommandStatus(code == 0 ? status("Success") : nonZero(code));
    }

    /** The command could not be run, or not to its end. */
    static CommandStatus failed(String message) {
        var status = status("Failure");
        status.put("message", message);
        status.put("reason", "InternalError");
        status.putObject("details").putArray("causes").addObject().put("message", message);
        status.put("code", INTERNAL_ERROR);
        return new CommandStatus(status);
    }

    private static ObjectNode nonZero(int code) {
        var status = status("Failure");
        status.put("message", "command terminated with non-zero exit code: exit status " + code);
        status.put("reason", "NonZeroExitCode");
        var cause = status.putObject("details").putArray("causes").addObject();
        cause.put("reason", "ExitCode").put("message", Integer.toString(code));
        return status;
    }

    private static ObjectNode status(String word) {
        var status = JSON.objectNode();
        status.putObject("metadata");
        return status.put("status", word);
    }

    /** Since version 4. */
    byte[] json() {
        return status.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Before version 4: a sentence, or nothing for success. */
    byte[] text() {
        return status.path("message").asText().getBytes(StandardCharsets.UTF_8);
    }
}
