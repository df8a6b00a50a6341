package dev.mayfly.cli;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The option of commands that write to the cluster, as kubectl's. */
public final class DryRunOption {
    /** How far a command goes. */
    public enum DryRun {
        NONE,
        CLIENT,
        SERVER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--dry-run",
            paramLabel = "WHERE",
            arity = "0..1",
            defaultValue = "none",
            fallbackValue = "client",
            description =
                    "client: nothing is sent. server: the API server checks it, and keeps nothing. Default: none.")
    private DryRun where;

    public DryRun where() {
        return where;
    }

    /** Whether a request is sent at all. */
    public boolean sends() {
        return where != DryRun.CLIENT;
    }

    /** The text behind the sentence that says what was done; empty if it was. */
    public String suffix() {
        return where == DryRun.NONE ? "" : " (" + (where == DryRun.SERVER ? "server " : "") + "dry run)";
    }

    public PatchContext patch(PatchType type) {
        return new PatchContext.Builder()
                .withPatchType(type)
                .withDryRun(where == DryRun.SERVER ? List.of("All") : null)
                .build();
    }
}
