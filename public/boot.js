// Watches over the start: says what a browser lacks, shows a readable page when the app does not start or
// has crashed, and can save a copy of what is stored without the app. It runs before WebAssembly and without
// it, in old syntax and with the plain DOM. Kept out: everything that works on cases; it never deletes or
// changes an IndexedDB record.
//
// The app tells it, through the window: `sips:progress` {received, total} while its code arrives,
// `sips:failed` (text) when that ends, `sips:started` (or `sipsStarted()`) when it is on screen,
// `sips:panic` (text) when it can no longer be trusted.
(function () {
  "use strict";

  var SILENCE_MS = 45000;
  var AFTER_PROBLEM_MS = 4000;
  var CRASHES_MS = 120000;
  var CRASH_LIMIT = 3;
  var CRASH_KEY = "sips.boot.crashes";
  var DATABASE_PREFIX = "sips";
  var APP_CACHES = /^sips-(?:app-|releases$)/;
  var DATABASE_MS = 15000;

  var started = false;
  // Set once a page of this file has taken the screen; the start script looks at it, too.
  window.sipsBlocked = false;
  var problem = "";
  var watchdog = 0;

  // ---- Small covers over the DOM: text only, no HTML. ----

  function element(name, className, children) {
    var made = document.createElement(name);
    if (className) made.className = className;
    (children || []).forEach(function (child) {
      made.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return made;
  }

  /** One thing in both languages: the app's own setting cannot be read here. */
  function both(name, className, indonesian, english) {
    var second = element(name, className + " boot__second", [english]);
    second.lang = "en";
    return [element(name, className, [indonesian]), second];
  }

  function button(className, indonesian, english, act) {
    var second = element("span", "boot__second", [english]);
    second.lang = "en";
    var made = element("button", "boot__button " + className, [element("span", "", [indonesian]), second]);
    made.type = "button";
    made.addEventListener("click", function () {
      act(made);
    });
    return made;
  }

  function whenBody(act) {
    if (document.body) act();
    else document.addEventListener("DOMContentLoaded", act);
  }

  /** Replaces everything on screen by one page. */
  function showPage(children) {
    window.sipsBlocked = true;
    window.clearTimeout(watchdog);
    whenBody(function () {
      while (document.body.firstChild) document.body.removeChild(document.body.firstChild);
      var heading = children[0];
      heading.tabIndex = -1;
      document.body.appendChild(element("main", "boot boot--page", children));
      heading.focus();
    });
  }

  function paragraphs(pairs) {
    return pairs.reduce(function (made, pair) {
      return made.concat(both("p", "boot__text", pair[0], pair[1]));
    }, []);
  }

  // ---- What the browser has to have. ----

  function missing() {
    var lacks = [];
    if (typeof WebAssembly !== "object" || typeof Promise !== "function") lacks.push(["WebAssembly", "untuk menjalankan aplikasi", "to run the app"]);
    var database = null;
    try {
      database = window.indexedDB;
    } catch (refused) {
      database = null;
    }
    if (!database) lacks.push(["IndexedDB", "untuk menyimpan di perangkat (mungkin dimatikan, atau jendela privat)", "to store on the device (it may be off, or the window is private)"]);
    if (window.isSecureContext !== false) {
      if (!navigator.locks) lacks.push(["Web Locks", "agar dua tab tidak saling menimpa", "so that two tabs do not overwrite each other"]);
      if (!window.crypto || !window.crypto.subtle) lacks.push(["Web Crypto", "untuk memeriksa berkas dan mengenkripsi", "to check files and to encrypt"]);
    }
    return lacks;
  }

  function showMissing(lacks) {
    var list = element("ul", "boot__list", []);
    lacks.forEach(function (lack) {
      var second = element("span", "boot__second", [" (" + lack[2] + ")"]);
      second.lang = "en";
      list.appendChild(element("li", "", [element("strong", "", [lack[0]]), " " + lack[1], second]));
    });
    showPage(
      [element("h1", "boot__name", ["SIPS Lapangan"])]
        .concat(paragraphs([["Peramban ini belum dapat menjalankan aplikasi. Yang kurang:", "This browser cannot run the app yet. What is missing:"]]))
        .concat([list])
        .concat(
          paragraphs([
            ["Perbarui peramban (Chrome, Edge, Firefox, atau Safari), atau buka alamat ini di perangkat lain. Tidak ada data yang dihapus.", "Update the browser (Chrome, Edge, Firefox or Safari), or open this address on another device. No data has been deleted."],
          ])
        )
    );
  }

  function showInsecure() {
    showPage(
      [element("h1", "boot__name", ["SIPS Lapangan"])].concat(
        paragraphs([
          ["Alamat ini dibuka dengan http, bukan https: " + window.location.origin, "This address was opened with http, not https."],
          [
            "Peramban hanya mengizinkan penyimpanan luring, pemeriksaan berkas, dan enkripsi pada alamat https. Satu-satunya pengecualian ialah http://localhost di komputer yang menjalankan servernya.",
            "Browsers allow offline storage, file checks and encryption only on https addresses. The one exception is http://localhost on the computer that runs the server.",
          ],
          ["Buka alamat https yang diberikan kantor Anda. Untuk mencoba di jaringan lokal, pasang sertifikat pada server.", "Open the https address that your office gave you. To try it in a local network, put a certificate on the server."],
        ])
      )
    );
  }

  // ---- When the app does not start. ----

  function rescue(happened, happenedEnglish, detail) {
    if (window.sipsBlocked) return;
    var report = element("p", "boot__text boot__report", []);
    report.setAttribute("role", "status");
    var children = [element("h1", "boot__name", ["SIPS Lapangan"])]
      .concat(paragraphs([[happened, happenedEnglish], ["Yang sudah tersimpan di perangkat tetap aman.", "What was saved on this device is still safe."]]))
      .concat([
        element("div", "boot__acts", [
          button("boot__button--first", "Coba lagi", "Try again", function () {
            forgetCrashes();
            window.location.reload();
          }),
          button("", "Simpan salinan draf", "Save a copy of the drafts", function (pressed) {
            exportCopy(pressed, report);
          }),
          button("", "Ambil ulang berkas aplikasi", "Fetch the app's files again", function (pressed) {
            fetchAgain(pressed, report);
          }),
          diagnose(detail),
        ]),
        report,
      ])
      .concat(
        paragraphs([
          ["Jika tetap gagal: simpan salinan draf dahulu, lalu ambil ulang berkas aplikasi. Data perkara tidak ikut dihapus.", "If it keeps failing: save a copy of the drafts first, then fetch the app's files again. Case data is not deleted."],
        ])
      );
    if (detail) children.push(details(detail));
    showPage(children);
  }

  function details(text) {
    return element("details", "boot__details", [
      element("summary", "", ["Kode bantuan / Support code: " + supportCode(text)]),
      element("pre", "boot__pre", [text]),
    ]);
  }

  /** Without personal data: what failed, where, and the app's last lines of its log. */
  function diagnose(text) {
    return button("", "Simpan berkas diagnostik", "Save a diagnostic file", function () {
      var log = "";
      try {
        log = window.sessionStorage.getItem("sips.log") || "";
      } catch (refused) {
        // The rest helps, too.
      }
      var told = {
        sipsDiagnostics: 1,
        madeAt: new Date().toISOString(),
        page: window.location.pathname,
        browser: navigator.userAgent,
        failure: text,
        log: log.split("\n"),
      };
      download(new Blob([JSON.stringify(told, null, 1)], { type: "application/json" }), "sips-diagnostik-");
    });
  }

  /** The same few letters for the same failure on every device. */
  function supportCode(text) {
    var hash = 0x811c9dc5;
    for (var at = 0; at < text.length; at += 1) {
      hash ^= text.charCodeAt(at);
      hash = Math.imul(hash, 0x01000193) >>> 0;
    }
    return "S-" + ("0000000" + hash.toString(36)).slice(-7).toUpperCase();
  }

  function waitFor(milliseconds) {
    window.clearTimeout(watchdog);
    watchdog = window.setTimeout(notStarted, milliseconds);
  }

  function notStarted() {
    if (started) return;
    if (problem) rescue("Aplikasi gagal dimulai.", "The app could not start.", problem);
    else rescue("Aplikasi belum juga terbuka. Jaringan mungkin sangat lambat atau terputus.", "The app has not opened yet. The network may be very slow or gone.", "");
  }

  /** A sign of trouble, not yet a failure: extensions and late answers make errors as well. */
  function noteProblem(text) {
    if (started || window.sipsBlocked) return;
    problem = problem || text;
    waitFor(AFTER_PROBLEM_MS);
  }

  // Errors of loading do not bubble: hence the capturing phase.
  window.addEventListener(
    "error",
    function (event) {
      var source = event.target && event.target !== window ? event.target.src || event.target.href : event.filename;
      if (!source || String(source).indexOf(window.location.origin) !== 0) return;
      if (event.target && event.target !== window && event.target.tagName !== "SCRIPT") return;
      noteProblem(event.message ? String(event.message) : "Tidak dapat dimuat / could not be loaded: " + source);
    },
    true
  );
  window.addEventListener("unhandledrejection", function (event) {
    noteProblem(String(event.reason));
  });
  window.addEventListener("sips:failed", function (event) {
    if (!started) rescue("Aplikasi gagal dimuat.", "The app could not be loaded.", String(event.detail));
  });
  window.addEventListener("sips:progress", function (event) {
    if (started || window.sipsBlocked) return;
    // A slow line is no failure as long as something arrives.
    if (!problem) waitFor(SILENCE_MS);
    var bar = document.getElementById("boot-progress");
    if (bar && event.detail.total > 0) bar.value = Math.min(100, Math.floor((100 * event.detail.received) / event.detail.total));
  });

  window.sipsStarted = function () {
    if (started || window.sipsBlocked) return;
    started = true;
    window.clearTimeout(watchdog);
    var shell = document.getElementById("boot");
    if (shell) shell.parentNode.removeChild(shell);
  };
  window.addEventListener("sips:started", window.sipsStarted);

  // ---- After a crash. ----

  function crashes() {
    try {
      var times = JSON.parse(window.localStorage.getItem(CRASH_KEY) || "[]");
      var now = Date.now();
      return Array.isArray(times)
        ? times.filter(function (time) {
            return typeof time === "number" && time <= now && now - time < CRASHES_MS;
          })
        : [];
    } catch (unreadable) {
      return [];
    }
  }

  function noteCrash() {
    try {
      window.localStorage.setItem(CRASH_KEY, JSON.stringify(crashes().concat([Date.now()]).slice(-CRASH_LIMIT)));
    } catch (full) {
      // Without storage there is no counter; the dialog alone has to do.
    }
  }

  function forgetCrashes() {
    try {
      window.localStorage.removeItem(CRASH_KEY);
    } catch (refused) {
      // Nothing to forget then.
    }
  }

  var frozen = false;
  window.addEventListener("sips:panic", function (event) {
    if (frozen || window.sipsBlocked) return;
    frozen = true;
    var text = String(event.detail);
    noteCrash();
    if (!started) {
      rescue("Aplikasi berhenti saat dimulai.", "The app stopped while starting.", text);
      return;
    }
    // After a panic the instance is undefined: nothing on the page may reach it any more.
    window.sipsBlocked = true;
    ["keydown", "keyup", "input", "change", "submit", "beforeunload", "popstate"].forEach(function (type) {
      window.addEventListener(
        type,
        function (late) {
          if (late.key === "Escape") late.preventDefault();
          if (!(late.target instanceof Node) || !overlay.contains(late.target)) {
            late.stopImmediatePropagation();
            if (type === "submit") late.preventDefault();
          }
        },
        true
      );
    });
    var heading = element("h1", "boot__name", ["Aplikasi berhenti karena galat"]);
    heading.id = "boot-crash";
    var overlay = element("dialog", "boot-dialog", [
      element(
        "div",
        "boot-dialog__body",
        [heading]
          .concat(
            paragraphs([
              ["Teks yang sudah bertanda tersimpan tetap aman di perangkat. Muat ulang untuk melanjutkan dari simpanan terakhir.", "The app stopped because of an error. Text that was marked as saved is safe on this device. Reload to go on from the last save."],
            ])
          )
          .concat([
            element("div", "boot__acts", [
              button("boot__button--first", "Muat ulang", "Reload", function () {
                window.location.reload();
              }),
              diagnose(text),
            ]),
            details(text),
          ])
      ),
    ]);
    overlay.setAttribute("aria-labelledby", "boot-crash");
    overlay.addEventListener("cancel", function (escape) {
      escape.preventDefault();
    });
    // The back gesture closes it the second time, whatever the first was told.
    overlay.addEventListener("close", function () {
      overlay.showModal();
    });
    document.body.appendChild(overlay);
    overlay.showModal();
  });

  // ---- The app's files, never its data. ----

  function fetchAgain(pressed, report) {
    pressed.disabled = true;
    report.textContent = "Memeriksa jaringan… / Checking the network…";
    // Without the server there would be nothing to put in their place.
    window
      .fetch("/release.json", { cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok) throw new Error("status " + answer.status);
        return answer.json();
      })
      .then(function () {
        var worker = navigator.serviceWorker
          ? navigator.serviceWorker.getRegistrations().then(function (all) {
              return Promise.all(
                all.map(function (registration) {
                  return registration.unregister();
                })
              );
            })
          : Promise.resolve();
        var files = window.caches
          ? window.caches.keys().then(function (names) {
              return Promise.all(
                names
                  .filter(function (name) {
                    return APP_CACHES.test(name);
                  })
                  .map(function (name) {
                    return window.caches.delete(name);
                  })
              );
            })
          : Promise.resolve();
        return Promise.all([worker, files]);
      })
      .then(
        function () {
          forgetCrashes();
          window.location.reload();
        },
        function () {
          pressed.disabled = false;
          report.textContent = "Server belum dapat dihubungi; berkas aplikasi dibiarkan. Coba lagi bila ada jaringan. / The server cannot be reached; the app's files were left alone. Try again with a network.";
        }
      );
  }

  // ---- A copy of everything stored, as it is stored. ----

  function exportCopy(pressed, report) {
    pressed.disabled = true;
    report.textContent = "Menyalin… / Copying…";
    var parts = ['{"format":"sips-salinan-darurat","version":1,"madeAt":' + JSON.stringify(new Date().toISOString()) + ',"origin":' + JSON.stringify(window.location.origin) + ',"databases":['];
    var count = { records: 0, problems: 0 };
    databaseNames()
      .then(function (names) {
        return names.reduce(function (before, name, index) {
          return before.then(function () {
            parts.push((index ? "," : "") + '{"name":' + JSON.stringify(name));
            return copyDatabase(name, parts, count).then(
              function () {
                parts.push("}");
              },
              function (error) {
                count.problems += 1;
                parts.push(',"problem":' + JSON.stringify(String(error)) + "}");
              }
            );
          });
        }, Promise.resolve());
      })
      .then(
        function () {
          parts.push("]}\n");
          download(new Blob(parts, { type: "application/json" }));
          report.textContent =
            count.records + " catatan disalin ke berkas unduhan" + (count.problems ? "; " + count.problems + " bagian tidak terbaca" : "") + ". Serahkan berkas itu hanya kepada bagian bantuan. / " +
            count.records + " records were copied to the downloaded file" + (count.problems ? "; " + count.problems + " parts could not be read" : "") + ". Hand it to support only.";
        },
        function (error) {
          report.textContent = "Salinan gagal dibuat / The copy failed: " + String(error);
        }
      )
      .then(function () {
        pressed.disabled = false;
      });
  }

  function databaseNames() {
    if (!window.indexedDB.databases) return Promise.reject(new Error("indexedDB.databases"));
    return window.indexedDB.databases().then(function (all) {
      return all
        .map(function (one) {
          return one.name;
        })
        .filter(function (name) {
          return name.indexOf(DATABASE_PREFIX) === 0;
        })
        .sort();
    });
  }

  function copyDatabase(name, parts, count) {
    return new Promise(function (done, failed) {
      var timer = window.setTimeout(function () {
        failed(new Error("timeout"));
      }, DATABASE_MS);
      // No version: opened as it is, never upgraded.
      var opening = window.indexedDB.open(name);
      opening.onupgradeneeded = function () {
        // It vanished since it was listed; do not leave an empty one behind.
        opening.transaction.abort();
      };
      opening.onerror = function () {
        failed(opening.error);
      };
      opening.onsuccess = function () {
        window.clearTimeout(timer);
        var database = opening.result;
        database.onversionchange = function () {
          database.close();
        };
        parts.push(',"version":' + database.version + ',"stores":{');
        Array.prototype.slice
          .call(database.objectStoreNames)
          .reduce(function (before, store, index) {
            return before.then(function () {
              parts.push((index ? "," : "") + JSON.stringify(store) + ":[");
              return copyStore(database, store, parts, count).then(
                function () {
                  parts.push("]");
                },
                function (error) {
                  count.problems += 1;
                  parts.push("]," + JSON.stringify(store + "#problem") + ":" + JSON.stringify(String(error)));
                }
              );
            });
          }, Promise.resolve())
          .then(function () {
            parts.push("}");
            database.close();
            done();
          });
      };
    });
  }

  function copyStore(database, store, parts, count) {
    return new Promise(function (done, failed) {
      var walk = database.transaction(store, "readonly").objectStore(store).openCursor();
      var first = true;
      var last = Promise.resolve();
      walk.onerror = function () {
        failed(walk.error);
      };
      walk.onsuccess = function () {
        var cursor = walk.result;
        if (!cursor) {
          last.then(done, failed);
          return;
        }
        var text;
        try {
          text = JSON.stringify({ key: plain(cursor.key, 0), value: plain(cursor.value, 0) });
          count.records += 1;
        } catch (error) {
          count.problems += 1;
          text = JSON.stringify({ key: String(cursor.key), problem: String(error) });
        }
        parts.push((first ? "" : ",") + text);
        first = false;
        cursor.continue();
      };
    });
  }

  /** JSON has no bytes, dates or maps: each becomes an object with one key that begins with `$`. */
  function plain(value, depth) {
    if (depth > 64) return { $deeper: true };
    if (value === undefined) return { $undefined: true };
    if (typeof value === "bigint") return { $bigint: value.toString() };
    if (typeof value === "number" && !isFinite(value)) return { $number: String(value) };
    if (value === null || typeof value !== "object") return value;
    if (value instanceof Date) return { $date: isNaN(value.getTime()) ? null : value.toISOString() };
    if (value instanceof ArrayBuffer) return { $bytes: base64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) return { $bytes: base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    var deeper = function (inner) {
      return plain(inner, depth + 1);
    };
    if (Array.isArray(value)) return value.map(deeper);
    if (value instanceof Map) return { $map: Array.from(value).map(deeper) };
    if (value instanceof Set) return { $set: Array.from(value).map(deeper) };
    if (Object.prototype.toString.call(value) !== "[object Object]") return { $kept: Object.prototype.toString.call(value) };
    return Object.keys(value).reduce(function (copy, key) {
      copy[key] = deeper(value[key]);
      return copy;
    }, {});
  }

  function base64(bytes) {
    var text = "";
    // A call takes only so many arguments.
    for (var at = 0; at < bytes.length; at += 8192) text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
    return window.btoa(text);
  }

  function download(blob, name) {
    var link = element("a", "", []);
    link.href = window.URL.createObjectURL(blob);
    link.download = (name || "sips-salinan-darurat-") + new Date().toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-") + ".json";
    document.body.appendChild(link);
    link.click();
    document.body.removeChild(link);
    window.setTimeout(function () {
      window.URL.revokeObjectURL(link.href);
    }, 60000);
  }

  // ---- The start itself. ----

  var lacks = missing();
  if (window.isSecureContext === false) showInsecure();
  else if (lacks.length > 0) showMissing(lacks);
  else if (crashes().length >= CRASH_LIMIT) rescue("Aplikasi berhenti tiga kali dalam dua menit, jadi belum dibuka lagi.", "The app stopped three times within two minutes, so it was not opened again.", "");
  else waitFor(SILENCE_MS);
})();
