package i18n
import ("animo/bot/chat";"testing";"time";"fmt";_ "time/tzdata")
func TestExplore(t *testing.T){
 b,err:=New(); if err!=nil{t.Fatal(err)}
 loc,_:=time.LoadLocation("Europe/Paris")
 now:=time.Date(2026,1,23,10,0,0,0,loc)
 for _,s:=range []string{"2h","90m","1w2d","7j","2 sem","1 mois","1mo","2 hours 30 min","2h30","1 h 30","3 jours","une heure","1,5h","1.5h","une heure et demie","half an hour","demain 20h","demain à 20h30","tomorrow 8pm","tomorrow at 20:00","ce soir","tonight","midi","minuit","today 18:00","aujourd'hui 18h","aujourd’hui 18h","vendredi 18h30","friday 6:30 pm","vendredi prochain","next friday","lundi","20/01 10h","20/01/2027 10:00","20 janvier 10h","1er février","Jan 20 10am","20 january 2027","2027-01-20T10:00","2027-01-20 10:00","2027-01-20T10:00:00+01:00","2027-01-20T09:00:00.000Z","dans 2h","in 2h","d'ici 3 jours","20h demain","8pm on friday","ce soir 9h","demain soir","vendredi minuit","20h 15 mars","15 mars 20h","mars 15 20h15","demain 20h UTC","à 20h","20:00","20h","the day after tomorrow","8h du matin","samedi 24 janvier à 10h","",  "0","-5m","5000 years","367d","demain 25h","31/02","30/02 10h","hier","01/01/2020","aujourd'hui 8h","01/20","bananas","2h bananas","99999999999999999999h","٣h","demain 8","at 8","30","soir 9h","vendredi 24 janvier","29/02","tonight at 3am","２h", "2h2h", "20/13","20/33", "24/01/2026 24:00","demain 20h\n\n30"}{
  for _,l:=range []string{"en","fr"}{
  p:=b.Printer(chat.Language(l))
  w,err:=p.ReadWhen(s,now,loc)
  if err!=nil { fmt.Printf("%-28q ERR %s\n",s,err.(*ReadError).Text(p)); continue}
  fmt.Printf("%-28q %s\n",s,p.WhenText(w,loc))
  }
 }
}
