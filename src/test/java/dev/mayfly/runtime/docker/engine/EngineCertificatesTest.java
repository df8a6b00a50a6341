package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.testing.engine.TlsEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator and an engine elsewhere know each other by their certificates, or don't speak. */
@Tag("engine")
class EngineCertificatesTest {
    @TempDir
    private Path ours;

    @TempDir
    private Path strangers;

    private TlsEngine engine;
    private TlsEngine stranger;

    @BeforeEach
    void listen() throws Exception {
        engine = new TlsEngine(ours);
        stranger = new TlsEngine(strangers);
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
        stranger.close();
    }

    @Test
    void withTheSameAuthorityTheySpeak() throws IOException {
        try (var connected = connect(ours)) {
            assertThat(connected.total().cpuMillis()).isPositive();
        }
    }

    @Test
    void anEngineOfAnotherAuthorityIsNotBelieved() {
        assertThatThrownBy(() -> connect(strangers).close()).hasCauseInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void aClientOfAnotherAuthorityIsRefused() throws IOException {
        Files.copy(ours.resolve("ca.pem"), strangers.resolve("ca.pem"), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> connect(strangers).close()).hasRootCauseInstanceOf(IOException.class);
    }

    private Engine connect(Path certificates) {
        return new EngineConnector(Settings.of("c0ffee000000", engine.address(), certificates)).connect();
    }
}
