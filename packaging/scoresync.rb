# The Homebrew formula. Every word between @ is filled in by packaging/formula when a release is made.
class Scoresync < Formula
  desc "Two-way sync between a folder of Plexus score configurations and the dashboard"
  homepage "@SITE@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@SITE@/releases/download/v@VERSION@/scoresync-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:aarch64-apple-darwin@"
    end
    on_intel do
      url "@SITE@/releases/download/v@VERSION@/scoresync-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@SITE@/releases/download/v@VERSION@/scoresync-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "@SITE@/releases/download/v@VERSION@/scoresync-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "scoresync"
    generate_completions_from_executable(bin/"scoresync", "completions")
  end

  test do
    assert_equal "scoresync #{version}", shell_output("#{bin}/scoresync --version").strip
  end
end
