import java.net.HttpURLConnection;
import java.net.URI;

/** Health check of the HAPI container: exits 0 if the URL given answers 200, else 1. */
public final class Health {
    private static final int PATIENCE_MILLIS = 10_000;

    private Health() {}

    public static void main(String[] arguments) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) URI.create(arguments[0]).toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        System.exit(connection.getResponseCode() == 200 ? 0 : 1);
    }
}
