import com.sun.management.OperatingSystemMXBean;
import io.github.linuxforhealth.hl7.HL7ToFHIRConverter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Converts one ER7 file for a number of seconds, after a warm-up of four times as many seconds of CPU (a loaded machine gives fewer), and prints {"messages":n,"seconds":s,"cpuSeconds":c}. */
public final class ConverterBench {
  private static final int WARM = 4;

  public static void main(String[] args) throws Exception {
    String message = Files.readString(Path.of(args[0]));
    double seconds = Double.parseDouble(args[1]);
    HL7ToFHIRConverter converter = new HL7ToFHIRConverter();
    while (cpuTime() < WARM * seconds * 1e9) run(converter, message, 0.1);
    long cpu = cpuTime();
    long start = System.nanoTime();
    long messages = run(converter, message, seconds);
    System.out.printf(java.util.Locale.ROOT, "{\"messages\":%d,\"seconds\":%.3f,\"cpuSeconds\":%.3f}%n", messages, (System.nanoTime() - start) / 1e9, (cpuTime() - cpu) / 1e9);
  }

  private static long run(HL7ToFHIRConverter converter, String message, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long messages = 0;
    while (System.nanoTime() < end) {
      if (converter.convert(message).isEmpty()) throw new IllegalStateException("nothing converted");
      messages++;
    }
    return messages;
  }

  /** Of the whole process, garbage collector included, as ours is counted. */
  private static long cpuTime() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
