package org.zennet.virtualization.internal.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.services.Rejected;
import org.zennet.virtualization.image.Names;

/**
 * Asks one repository of a registry for its parts, as anybody: where the registry wants a token it gets the one that it gives
 * to those without a name. No name or password is ever sent. Follows a registry's redirections of parts to where it
 * keeps them, but not from HTTPS to less and not into this machine or its network. One pull's; not thread-safe.
 */
final class RegistryClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFESTS = String.join(", ", Media.INDEX, Media.LIST, Media.MANIFEST, Media.DOCKER_MANIFEST);
    private static final Pattern CHALLENGE = Pattern.compile("([a-z]+)=\"([^\"]*)\"");
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_TOKEN = 1 << 16;
    private static final int LONGEST_TOKEN = 16_384;

    private final HttpClient http;
    private final URI base;
    private final Duration patience;
    private Optional<String> token = Optional.empty();

    /**
     * For a repository.
     *
     * @param base     its address, such as {@code https://host/v2/name}
     * @param patience how long one answer may take to begin
     */
    RegistryClient(HttpClient http, URI base, Duration patience) {
        this.http = http;
        this.base = base;
        this.patience = patience;
    }

    /** A manifest or index, by its digest; the caller closes and checks it. */
    InputStream manifest(String digest) throws IOException, InterruptedException, Rejected {
        return open("/manifests/" + digest, MANIFESTS, "the image " + digest);
    }

    /** A configuration or layer, by its digest; the caller closes and checks it. */
    InputStream blob(String digest) throws IOException, InterruptedException, Rejected {
        return open("/blobs/" + digest, "*/*", "the part " + digest);
    }

    private InputStream open(String path, String accept, String what) throws IOException, InterruptedException, Rejected {
        URI at = URI.create(base + path);
        for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
            HttpResponse<InputStream> r = get(at, accept, sameHost(at));
            int code = r.statusCode();
            if (code == 401 && token.isEmpty() && sameHost(at)) {
                r.body().close();
                token = Optional.of(token(r.headers().firstValue("www-authenticate").orElse("")));
                r = get(at, accept, true);
                code = r.statusCode();
            }
            if (code == 200) {
                return r.body();
            }
            r.body().close();
            switch (code) {
                case 301, 302, 303, 307, 308 -> at = redirected(at, r.headers().firstValue("location").orElse(""));
                case 401, 403 -> throw new Rejected("the registry " + base.getAuthority() + " does not give " + what + " to everybody");
                case 404 -> throw new Rejected("the registry " + base.getAuthority() + " has not got " + what);
                case 429 -> throw new Rejected("the registry " + base.getAuthority() + " was asked too often; try later");
                default -> throw new Rejected("the registry " + base.getAuthority() + " answers " + code + " for " + what);
            }
        }
        throw new Rejected("the registry " + base.getAuthority() + " redirects without end");
    }

    private HttpResponse<InputStream> get(URI at, String accept, boolean own) throws IOException, InterruptedException {
        HttpRequest.Builder b = HttpRequest.newBuilder(at).timeout(patience).header("Accept", accept).header("User-Agent", "zennet");
        if (own) {
            token.ifPresent(t -> b.header("Authorization", "Bearer " + t));
        }
        return http.send(b.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Only the registry itself gets its token. */
    private boolean sameHost(URI at) {
        return at.getAuthority().equals(base.getAuthority()) && at.getScheme().equals(base.getScheme());
    }

    private URI redirected(URI from, String location) throws Rejected, IOException {
        URI to;
        try {
            to = from.resolve(URI.create(location));
        } catch (IllegalArgumentException e) {
            throw new Rejected("the registry redirects to no address: " + Names.shown(location));
        }
        if (location.isEmpty() || to.getHost() == null || to.getUserInfo() != null) {
            throw new Rejected("the registry redirects to no address: " + Names.shown(location));
        }
        if (!sameHost(to)) {
            if (!to.getScheme().toLowerCase(Locale.ROOT).equals("https")) {
                throw new Rejected("the registry redirects to an address without HTTPS: " + Names.shown(location));
            }
            for (InetAddress a : InetAddress.getAllByName(to.getHost())) {
                if (a.isLoopbackAddress() || a.isAnyLocalAddress() || a.isLinkLocalAddress() || a.isSiteLocalAddress() || a.isMulticastAddress()
                        || a.getAddress().length == 16 && (a.getAddress()[0] & 0xFE) == 0xFC) {
                    throw new Rejected("the registry redirects into a private network: " + Names.shown(location));
                }
            }
        }
        return to;
    }

    /** The token for everybody, as the challenge says where. */
    private String token(String challenge) throws IOException, InterruptedException, Rejected {
        if (!challenge.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw new Rejected("the registry " + base.getAuthority() + " does not give this image to everybody");
        }
        Map<String, String> said = new HashMap<>();
        Matcher m = CHALLENGE.matcher(challenge);
        while (m.find()) {
            said.putIfAbsent(m.group(1), m.group(2));
        }
        String repository = base.getPath().substring("/v2/".length());
        URI realm = redirected(base, said.getOrDefault("realm", ""));
        URI at = URI.create(realm + (realm.getQuery() == null ? "?" : "&") + "service=" + encode(said.getOrDefault("service", ""))
                + "&scope=" + encode("repository:" + repository + ":pull"));
        HttpResponse<InputStream> r = get(at, "application/json", false);
        try (InputStream in = r.body()) {
            JsonNode answer = r.statusCode() == 200 ? JSON.readTree(in.readNBytes(MAX_TOKEN)) : JSON.createObjectNode();
            String t = answer.path("token").asText(answer.path("access_token").asText(""));
            if (t.isEmpty() || t.length() > LONGEST_TOKEN || !t.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new Rejected("the registry " + base.getAuthority() + " does not give this image to everybody");
            }
            return t;
        }
    }

    private static String encode(String s) {
        return URLEncoder.encode(s, StandardCharsets.UTF_8);
    }
}
