package dev.mayfly.testing.engine;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Disk usage as the engine itself reports it in {@code docker system df -v}, in bytes.
 *
 * @param layers of all images together, each layer once
 * @param images by id
 */
public record DiskUse(long layers, Map<String, Image> images) {

    /** @param shared with other images */
    public record Image(long size, long shared) {}

    public static DiskUse of(DockerClient client) {
        var answer = await("the engine adds up for one at a time").until(() -> ask(client), a -> a.has("LayersSize"));
        return new DiskUse(
                answer.get("LayersSize").asLong(),
                StreamSupport.stream(answer.get("Images").spliterator(), false)
                        .collect(Collectors.toMap(image -> image.get("Id").asText(), DiskUse::image)));
    }

    private static JsonNode ask(DockerClient client) {
        var request =
                Request.builder().method(Request.Method.GET).path("/system/df").build();
        try (var response = ((DockerClientImpl) client).getHttpClient().execute(request)) {
            return new ObjectMapper().readTree(response.getBody());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Image image(JsonNode image) {
        return new Image(image.get("Size").asLong(), image.get("SharedSize").asLong());
    }
}
