package dev.mayfly.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that selects an engine. */
public final class EngineOption {
    @Option(
            names = {"-H", "--host"},
            paramLabel = "ADDRESS",
            description = "Address of the engine, such as unix:///var/run/docker.sock. Default: DOCKER_HOST, else the"
                    + " current Docker context, else the engine's default socket.")
    private Optional<String> host = Optional.empty();

    /** @throws Refusal if no engine answers */
    public EngineReader connect() {
        return EngineReader.connect(host);
    }
}
