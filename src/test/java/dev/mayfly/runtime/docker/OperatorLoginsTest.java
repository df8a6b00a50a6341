package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docker login} left for the operator's own user. */
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

        assertThat(logins.at("r.example:5000")).map(AuthConfig::getUsername).contains("ann");
        assertThat(logins.at("r.example:5000")).map(AuthConfig::getPassword).contains("geheim");
        assertThat(logins.at("docker.io")).map(AuthConfig::getUsername).contains("hub");
        assertThat(logins.at("r.example")).isEmpty();
    }

    @Test
    void whatAHelperKeepsOrNobodyCanReadIsNotThere() throws IOException {
        var logins = new OperatorLogins(directory);
        configured("{\"auths\": {\"r.example\": {}}, \"credsStore\": \"desktop\"}");
        assertThat(logins.at("r.example")).isEmpty();

        configured("{\"auths\": {\"r.example\": {\"auth\": \"geheim!\"}}}");
        assertThat(logins.at("r.example")).isEmpty();

        configured("no json");
        assertThat(logins.at("r.example")).isEmpty();
    }

    private void configured(String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json);
    }
}
