package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.runtime.docker.image.OperatorLogins.CredentialStore;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the files that {@code docker login} writes for the operator's own user. */
class OperatorLoginsTest {
    @TempDir
    Path directory;

    @Test
    void eachRegistryHasItsOwnAndALoginCountsAtOnce() throws IOException {
        var logins = new OperatorLogins(directory);
        assertThat(logins.at("r.example:5000")).isEmpty();

        configured("""
                {"auths": {
                  "r.example:5000": {"auth": "YW5uOmdlaGVpbQ=="},
                  "https://index.docker.io/v1/": {"auth": "aHViOmdlaGVpbQ=="}
                }}""");

        assertThat(login(logins, "r.example:5000")).map(AuthConfig::getUsername).contains("ann");
        assertThat(login(logins, "r.example:5000")).map(AuthConfig::getPassword).contains("geheim");
        assertThat(login(logins, "docker.io")).map(AuthConfig::getUsername).contains("hub");
        assertThat(logins.at("r.example")).isEmpty();
    }

    @Test
    void aHelperIsAskedWhereOneIsNamedAndTheOneForTheRegistryFirst() throws IOException {
        var logins = new OperatorLogins(directory);
        configured("""
                {"auths": {"r.example": {"auth": "YW5uOmdlaGVpbQ=="}}, "credsStore": "pass",
                 "credHelpers": {"ecr.example": "ecr-login", "plain.example": ""}}""");

        assertThat(store(logins, "r.example")).contains(new CredentialStore("pass", "r.example"));
        assertThat(store(logins, "ecr.example")).contains(new CredentialStore("ecr-login", "ecr.example"));
        assertThat(store(logins, "docker.io")).contains(new CredentialStore("pass", "https://index.docker.io/v1/"));
        assertThat(logins.at("r.example").orElseThrow().auth()).isEmpty();
        assertThat(logins.at("plain.example")).isEmpty();
    }

    @Test
    void whatAHelperCanNotSayIsNoWay() {
        for (var name : List.of("../../bin/sh", "", "mayfly-not-there")) {
            assertThat(RegistryLogin.of(new CredentialStore(name, "r.example")).known())
                    .as(name)
                    .isEmpty();
        }
    }

    @Test
    void aLongAnswerIsReadWhileItIsWritten() throws IOException {
        assertThat(answering(100_000))
                .map(login -> login.getPassword().length())
                .contains(100_000);
        assertThat(answering(1_000_000)).isEmpty();
    }

    private static Optional<AuthConfig> answering(int secret) throws IOException {
        var helper = new ProcessBuilder(
                        "sh",
                        "-c",
                        "printf '{\"Username\": \"ann\", \"Secret\": \"'; head -c " + secret
                                + " /dev/zero | tr '\\0' a; printf '\"}'")
                .start();
        return new CredentialStore("long", "r.example").ask(helper);
    }

    @Test
    void whatNobodyCanReadIsNotThere() throws IOException {
        var logins = new OperatorLogins(directory);
        configured("{\"auths\": {\"r.example\": {\"auth\": \"geheim!\"}}}");
        assertThat(logins.at("r.example")).isEmpty();

        configured("no json");
        assertThat(logins.at("r.example")).isEmpty();
    }

    private static Optional<AuthConfig> login(OperatorLogins logins, String registry) {
        return logins.at(registry).flatMap(RegistryLogin::auth);
    }

    private static Optional<CredentialStore> store(OperatorLogins logins, String registry) {
        return logins.at(registry).flatMap(RegistryLogin::store);
    }

    private void configured(String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json);
    }
}
