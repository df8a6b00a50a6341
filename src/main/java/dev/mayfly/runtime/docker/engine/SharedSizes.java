package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks what images share with others, which docker-java's command does not. */
final class SharedSizes {
    /** Without the layers in between, which go with the image that was built upon them. */
    private static final String PATH = "/images/json?shared-size=true";

    private static final int OK = 200;

    private SharedSizes() {}

    /** @param client one that {@link EngineConnector} made */
    static Map<String, Long> of(DockerClient client) {
        var question = Request.builder().method(Request.Method.GET).path(PATH).build();
        try (var answer = ((DockerClientImpl) client).getHttpClient().execute(question)) {
            if (answer.getStatusCode() != OK) {
                throw new DockerException("The engine does not list its images", answer.getStatusCode());
            }
            return EngineJson.images(answer.getBody()).stream()
                    .filter(image -> image.getSharedSize() != null && image.getSharedSize() >= 0)
                    .collect(Collectors.toMap(Image::getId, Image::getSharedSize));
        } catch (IOException cutOff) {
            throw new UncheckedIOException(cutOff);
        }
    }
}
