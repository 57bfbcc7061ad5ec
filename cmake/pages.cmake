# Writes the manual pages and the shells' completions as the program has them:
# cmake -DPROGRAM=embudo -DOUT=share -DLANGUAGES=es -P pages.cmake
# share/man/man1, share/man/es/man1, ... are man's places; the others those of bash-completion, zsh and fish.
function(ask)
    execute_process(COMMAND ${PROGRAM} ${ARGN} RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "${PROGRAM} ${ARGN}: ${failed}")
    endif()
endfunction()

file(REMOVE_RECURSE ${OUT})
ask(--language en help --man ${OUT}/man)
foreach(language IN LISTS LANGUAGES)
    ask(--language ${language} help --man ${OUT}/man/${language})
endforeach()
foreach(file bash:bash-completion/completions/embudo zsh:zsh/site-functions/_embudo
        fish:fish/vendor_completions.d/embudo.fish)
    string(REGEX MATCH "^[a-z]+" shell ${file})
    string(REGEX REPLACE "^[a-z]+:" "" place ${file})
    get_filename_component(folder ${OUT}/${place} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    execute_process(COMMAND ${PROGRAM} completion ${shell} OUTPUT_FILE ${OUT}/${place} RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "${PROGRAM} completion ${shell}: ${failed}")
    endif()
endforeach()
file(TOUCH ${OUT}.done)
